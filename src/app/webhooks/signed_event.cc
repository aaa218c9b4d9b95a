#include "app/webhooks/signed_event.h"

#include "app/sealed_words.h"
#include "domain/text/shown_text.h"

namespace linebook {

Result<std::vector<std::string>> signing_secrets(Transaction const& tx, AccountId account,
                                                 Secrets const& secrets, Webhook const& webhook,
                                                 Instant now) {
  std::vector<std::string> found;
  auto newest = open_words(tx, account, secrets, webhook.id.value, webhook.secret_sealed);
  if (!newest) return fail(std::move(newest.error()));
  found.push_back(std::move(*newest));
  if (!webhook.previous_secret_sealed || !webhook.previous_until || *webhook.previous_until <= now)
    return found;
  auto previous = open_words(tx, account, secrets, webhook.id.value, *webhook.previous_secret_sealed);
  if (!previous) return fail(std::move(previous.error()));
  found.push_back(std::move(*previous));
  return found;
}

Result<OutgoingRequest> signed_request(Secrets const& secrets, std::vector<std::string> const& keys,
                                       std::string_view url, std::string_view event_id, std::string body,
                                       Instant now) {
  auto const timestamp = std::to_string(now.milliseconds / 1000);
  std::string text;
  text.append(event_id).append(".").append(timestamp).append(".").append(body);
  std::string signatures;
  for (auto const& key : keys) {
    auto signature = secrets.sign_for_webhook(key, text);
    if (!signature) return fail(std::move(signature.error()));
    signatures.append(signatures.empty() ? "" : " ").append("v1,").append(*signature);
  }
  return OutgoingRequest{.method = OutgoingRequest::Method::post,
                         .url = std::string(url),
                         .headers = {{"Content-Type", "application/json"},
                                     {"webhook-id", std::string(event_id)},
                                     {"webhook-timestamp", timestamp},
                                     {"webhook-signature", std::move(signatures)}},
                         .body = std::move(body),
                         .timeout = webhook_timeout,
                         .max_answer_bytes = max_answer_kept,
                         .long_answer = OutgoingRequest::LongAnswer::cut};
}

DeliveryAttempt attempt_of(OutgoingOutcome const& outcome) {
  if (!outcome) return {.error = outcome.error().message};
  return {.status = outcome->status,
          .latency = outcome->took,
          .answer = readable_text(outcome->body, max_answer_kept),
          .error = {},
          .retry_after = outcome->retry_after};
}

}  // namespace linebook
