#include "delivery/webhook_endpoint.h"

#include <algorithm>
#include <utility>

namespace linebook {

WebhookEndpoint::WebhookEndpoint(AccountWebhook held, Standing standing)
    : held_(std::move(held)),
      secrets_(std::move(standing.secrets)),
      cursor_(held_.webhook.position),
      stored_position_(held_.webhook.position),
      next_due_(held_.next_due),
      failing_since_(held_.webhook.failing_since),
      told_(standing.told.begin(), standing.told.end()) {
  if (is_ordered())
    for (auto& entity : standing.entities) entities_[std::move(entity)].has_rows = true;
}

bool WebhookEndpoint::refresh(AccountWebhook now) {
  bool const goes_on = now.webhook.round == held_.webhook.round && now.webhook.order == held_.webhook.order;
  if (now.next_due) due_at(*now.next_due);
  if (now.webhook.url != held_.webhook.url) {  // how another address answers is not known
    failing_since_.reset();
    has_answered_ = false;
  }
  held_ = std::move(now);
  return goes_on;
}

void WebhookEndpoint::due_at(Instant at) { next_due_ = std::min(next_due_.value_or(at), at); }

std::size_t WebhookEndpoint::room(std::size_t share) const {
  auto const most = std::min(share, failing_since_  ? max_in_flight_while_failing
                                    : has_answered_ ? max_in_flight
                                                    : max_in_flight_at_first);
  if (unsettled_.size() >= max_ahead) return 0;
  return most - std::min(most, unanswered_);
}

WebhookEndpoint::Offer WebhookEndpoint::offer(Event const& event) {
  cursor_ = event.sequence;
  if (told_.erase(event.sequence) > 0 || !event.fits({held_.webhook.types, std::nullopt})) return Offer::pass;
  unsettled_.insert(event.sequence);
  if (is_ordered()) {
    auto& queue = entities_[event.entity_id];
    if (!queue.is_free()) {
      ++queue.to_be_stored;
      return Offer::waits;
    }
    ++queue.on_their_way;
  }
  in_flight_.insert(event.sequence);
  ++unanswered_;
  return Offer::send;
}

bool WebhookEndpoint::begin_again(WebhookDelivery const& delivery) {
  if (!in_flight_.insert(delivery.sequence).second) return false;
  ++unanswered_;
  if (is_ordered()) ++entities_[delivery.entity_id].on_their_way;
  return true;
}

void WebhookEndpoint::answered(WebhookDelivery const& delivery, Instant now) {
  --unanswered_;
  if (delivery.state == DeliveryState::delivered) {
    failing_since_.reset();
    has_answered_ = true;
  } else if (!failing_since_)
    failing_since_ = now;
}

bool WebhookEndpoint::has_failed_for_long(Instant now) const {
  return failing_since_ && now - *failing_since_ >= patience_with_endpoint;
}

WebhookProgress WebhookEndpoint::progress(std::vector<std::int64_t> const& also) const {
  auto const first = std::ranges::find_if(
      unsettled_, [&](std::int64_t sequence) { return std::ranges::find(also, sequence) == also.end(); });
  return {.position = first == unsettled_.end() ? cursor_ : *first - 1, .failing_since = failing_since_};
}

bool WebhookEndpoint::frees_entity(WebhookDelivery const& delivery, Kind kind) const {
  if (!is_ordered()) return false;
  if (kind == Kind::attempt) return delivery.state != DeliveryState::pending;
  auto const queue = entities_.find(delivery.entity_id);
  return queue == entities_.end() || queue->second.on_their_way == 0;
}

void WebhookEndpoint::stored(WebhookDelivery const& delivery, Kind kind, bool others_wait, Instant now) {
  unsettled_.erase(delivery.sequence);
  if (kind == Kind::attempt) in_flight_.erase(delivery.sequence);
  if (delivery.next_at) due_at(*delivery.next_at);
  if (others_wait) due_at(now);
  if (!is_ordered()) return;
  auto& queue = entities_[delivery.entity_id];
  auto& counted = kind == Kind::waiting ? queue.to_be_stored : queue.on_their_way;
  if (counted > 0) --counted;
  queue.has_rows = delivery.state == DeliveryState::pending || others_wait;
  if (queue.is_free()) entities_.erase(delivery.entity_id);
}

}  // namespace linebook
