// How webhooks and their deliveries are told. A secret is told where it was just made, and never again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/webhooks/webhook.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

void write_webhook(JsonWriter&, Webhook const&);
std::string webhook_json(Webhook const&);
std::string webhook_json(Webhook const&, std::optional<std::string_view> secret);
void write_delivery(JsonWriter&, WebhookDelivery const&);

}  // namespace linebook::http
