// Use cases of webhooks. (Spec: Webhooks.) One that returns an Error has changed nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"
#include "domain/webhooks/webhook.h"

namespace linebook {

struct AddWebhook {
  std::string url;
  std::vector<EventPattern> types;
  std::optional<std::string> description = {};
  WebhookOrder order = WebhookOrder::any;
  Problems problems = {};
};

struct EditWebhook {
  std::optional<std::string> url;
  std::optional<std::vector<EventPattern>> types;
  Edit<std::string> description;
  std::optional<WebhookOrder> order;
  std::optional<bool> enabled;
  Problems problems = {};
};

/// A webhook, and its secret in the clear: to be shown this once.
struct WebhookWithSecret {
  Webhook webhook;
  std::string secret;
};

/// Whatever happens from now on is delivered to it. conflict: the account has as many as it may.
Result<WebhookWithSecret> add_webhook(Transaction&, Context const&, AddWebhook const&);
/// Enabled again, it is told what it missed, unless that is longer ago than replay_kept.
Result<Webhook> edit_webhook(Transaction&, Context const&, WebhookId const&, Precondition<Webhook> const&,
                             EditWebhook const&);
Result<void> remove_webhook(Transaction&, Context const&, WebhookId const&, Precondition<Webhook> const&);
/// The old secret signs too for secret_overlap.
Result<WebhookWithSecret> rotate_webhook_secret(Transaction&, Context const&, WebhookId const&);
/// Delivers every event from `sequence` on, those that were delivered before among them.
Result<Webhook> replay_webhook(Transaction&, Context const&, WebhookId const&, std::int64_t sequence);
/// Delivers one event once more, whatever became of it before.
Result<WebhookDelivery> redeliver(Transaction&, Context const&, WebhookId const&, std::int64_t sequence);
/// By its delivery: the endpoint is gone, or nothing has succeeded there for long.
void disable_webhook(Transaction&, Context const&, WebhookId const&, std::string const& reason);

}  // namespace linebook
