#include "domain/webhooks/webhook.h"

#include <algorithm>
#include <cmath>

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<DeliveryState> delivery_states[] = {{DeliveryState::pending, "pending"},
                                                       {DeliveryState::delivered, "delivered"},
                                                       {DeliveryState::failed, "failed"}};
constexpr double jitter_share = 0.2;

}  // namespace

std::string_view to_string(DeliveryState s) { return spell(delivery_states, s); }
std::optional<DeliveryState> parse_delivery_state(std::string_view text) {
  return unspell(delivery_states, text);
}

std::optional<std::chrono::milliseconds> retry_delay(int tries, double jitter,
                                                     std::optional<std::chrono::seconds> retry_after) {
  if (tries < 1 || static_cast<std::size_t>(tries) > retry_schedule.size()) return std::nullopt;
  std::chrono::milliseconds const planned = retry_schedule[static_cast<std::size_t>(tries) - 1];
  auto const factor = 1 + jitter_share * (2 * jitter - 1);
  auto const moved = std::chrono::milliseconds(
      static_cast<std::int64_t>(std::llround(static_cast<double>(planned.count()) * factor)));
  std::chrono::milliseconds const asked =
      std::clamp(retry_after.value_or(std::chrono::seconds(0)), std::chrono::seconds(0),
                 std::chrono::seconds(max_retry_after));
  return std::max(moved, asked);
}

AttemptVerdict verdict_on(DeliveryAttempt const& attempt) {
  if (attempt.status >= 200 && attempt.status < 300) return AttemptVerdict::delivered;
  return attempt.status == 410 ? AttemptVerdict::gone : AttemptVerdict::failed;
}

WebhookDelivery after_attempt(WebhookDelivery delivery, DeliveryAttempt const& attempt, Instant now,
                              double jitter) {
  ++delivery.attempts;
  delivery.attempted_at = now;
  delivery.latency_ms = attempt.status != 0 ? std::optional(attempt.latency.count()) : std::nullopt;
  delivery.status = attempt.status != 0 ? std::optional(attempt.status) : std::nullopt;
  delivery.answer = attempt.status != 0 ? std::optional(attempt.answer) : std::nullopt;
  delivery.error = attempt.status == 0 ? std::optional(attempt.error) : std::nullopt;
  delivery.next_at.reset();
  if (verdict_on(attempt) == AttemptVerdict::delivered) {
    delivery.state = DeliveryState::delivered;
    return delivery;
  }
  auto const delay = retry_delay(delivery.attempts, jitter, attempt.retry_after);
  delivery.state = delay ? DeliveryState::pending : DeliveryState::failed;
  if (delay) delivery.next_at = now + *delay;
  return delivery;
}

}  // namespace linebook
