// A webhook's request as Standard Webhooks has it (https://www.standardwebhooks.com): id, timestamp and body
// are signed together, with every secret that is valid.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/ports/outgoing_http.h"
#include "app/ports/secrets.h"
#include "app/ports/store.h"
#include "base/instant.h"
#include "domain/webhooks/webhook.h"

namespace linebook {

inline constexpr std::chrono::seconds webhook_timeout{15};

/// The secrets that sign now, the newest first.
Result<std::vector<std::string>> signing_secrets(Transaction const&, AccountId, Secrets const&,
                                                 Webhook const&, Instant now);

Result<OutgoingRequest> signed_request(Secrets const&, std::vector<std::string> const& secrets,
                                       std::string_view url, std::string_view event_id, std::string body,
                                       Instant now);

/// What came of it, in a delivery's terms.
DeliveryAttempt attempt_of(OutgoingOutcome const&);

}  // namespace linebook
