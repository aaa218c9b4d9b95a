// An address of a customer's where events are delivered, and how each delivery stands.
// Source: Standard Webhooks (https://www.standardwebhooks.com), spec: Webhooks.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/result.h"
#include "domain/ledger/event_type.h"

namespace linebook {

inline constexpr std::size_t max_webhook_description = 512;  // characters
inline constexpr std::int64_t max_webhooks_of_account = 100;
inline constexpr std::size_t max_answer_kept = 1024;  // bytes of what an endpoint answered

/// All of an event's entity at a time, or whatever comes first.
enum class WebhookOrder { any, by_entity };

struct Webhook {
  WebhookId id;
  std::string url;
  std::vector<EventPattern> types;
  std::optional<std::string> description = {};
  WebhookOrder order = WebhookOrder::any;
  std::string secret_sealed;
  std::optional<std::string> previous_secret_sealed = {};  // signs too, until then
  std::optional<Instant> previous_until = {};
  bool enabled = true;
  std::optional<std::string> disabled_reason = {};  // by whom or why; nothing while enabled
  std::optional<Instant> disabled_at = {};
  Instant created_at;
  Instant updated_at;

  // How delivery stands:
  std::int64_t position = 0;  // every event up to here is delivered, or has a row of its own
  std::int64_t round = 0;     // moves with each replay: what was told in another is told again
  std::optional<Instant> failing_since = {};  // the first attempt that failed after the last that did not
};

enum class DeliveryState { pending, delivered, failed };
std::string_view to_string(DeliveryState);
std::optional<DeliveryState> parse_delivery_state(std::string_view);

/// One event on its way to one webhook, from its first attempt on.
struct WebhookDelivery {
  std::int64_t sequence = 0;
  std::string entity_id;
  std::int64_t round = 0;
  DeliveryState state = DeliveryState::pending;
  int attempts = 0;
  std::optional<Instant> next_at = {};          // nothing: over, or behind an earlier one of its entity
  std::optional<int> status = {};               // of the last answer
  std::optional<std::int64_t> latency_ms = {};  // of the last attempt
  std::optional<std::string> answer = {};       // its beginning, where it was text
  std::optional<std::string> error = {};        // why there was none
  std::optional<Instant> attempted_at = {};
};

/// What came of one attempt.
struct DeliveryAttempt {
  int status = 0;  // 0: no answer
  std::chrono::milliseconds latency{0};
  std::string answer = {};
  std::string error = {};
  std::optional<std::chrono::seconds> retry_after = {};
};

/// 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 3 h, 6 h, 12 h, 24 h, 24 h behind the attempt that failed.
inline constexpr std::array<std::chrono::seconds, 11> retry_schedule{
    std::chrono::seconds(5),  std::chrono::seconds(30), std::chrono::minutes(2), std::chrono::minutes(10),
    std::chrono::minutes(30), std::chrono::hours(1),    std::chrono::hours(3),   std::chrono::hours(6),
    std::chrono::hours(12),   std::chrono::hours(24),   std::chrono::hours(24)};
inline constexpr std::chrono::hours max_retry_after{24};
/// An endpoint at which nothing has succeeded for so long is disabled.
inline constexpr std::chrono::hours patience_with_endpoint{5 * 24};
/// What was missed while it was disabled is delivered when it is enabled again within this.
inline constexpr std::chrono::hours replay_kept{30 * 24};
/// How long deliveries that are over are told of.
inline constexpr std::chrono::hours webhook_deliveries_kept{30 * 24};
/// How long a secret that was replaced still signs.
inline constexpr std::chrono::hours secret_overlap{24};

/// When to try again, `tries` attempts having failed; nothing: not any more. `jitter` is between 0 and 1 and
/// moves it by a fifth either way; what the endpoint asks for is not moved to be sooner.
std::optional<std::chrono::milliseconds> retry_delay(int tries, double jitter,
                                                     std::optional<std::chrono::seconds> retry_after);

enum class AttemptVerdict { delivered, failed, gone };
AttemptVerdict verdict_on(DeliveryAttempt const&);

/// The delivery after one more attempt.
WebhookDelivery after_attempt(WebhookDelivery, DeliveryAttempt const&, Instant now, double jitter);

}  // namespace linebook
