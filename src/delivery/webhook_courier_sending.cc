// What leaves: deliveries that are due, and events as they happen.
#include <algorithm>

#include "app/events/read_events.h"
#include "app/ports/blocking.h"
#include "app/webhooks/signed_event.h"
#include "delivery/webhook_courier.h"

namespace linebook {

void WebhookCourier::serve_in_turn() {
  if (served_.empty()) return;
  auto const busy = std::ranges::count_if(
      served_, [](auto const& one) { return one.second->has_news->load(std::memory_order_relaxed); });
  share_ = std::max(least_share, max_under_way / std::max<std::size_t>(1, static_cast<std::size_t>(busy)));
  auto first = served_.upper_bound(first_served_);
  if (first == served_.end()) first = served_.begin();
  first_served_ = first->first;
  for (auto at = first; at != served_.end(); ++at) serve(at->first, *at->second);
  for (auto at = served_.begin(); at != first; ++at) serve(at->first, *at->second);
}

std::size_t WebhookCourier::room_of(Served const& served) const {
  return std::min(served.endpoint.room(share_), max_under_way - std::min(max_under_way, under_way_));
}

void WebhookCourier::serve(Key const& key, Served& served) {
  if (std::chrono::steady_clock::now() >= leased_until_ || fates_.size() >= max_to_be_stored) return;
  if (served.endpoint.next_due() && *served.endpoint.next_due() <= deps_.clock.now()) send_due(key, served);
  if (served.has_news->load(std::memory_order_relaxed)) send_new(key, served);
}

void WebhookCourier::send_due(Key const& key, Served& served) {
  auto& endpoint = served.endpoint;
  auto const room = static_cast<std::int64_t>(room_of(served));
  if (room == 0) return;
  struct Due {
    WebhookDelivery delivery;
    Event event;
  };
  auto due = read_and_wait(deps_.store, [&](Transaction const& tx) -> Result<std::vector<Due>> {
    std::vector<Due> found;
    auto const account = tx.accounts().find(key.first);
    // Of those, some may be on their way.
    auto const asked = room + static_cast<std::int64_t>(WebhookEndpoint::max_in_flight);
    for (auto& delivery : tx.webhooks().due(key.first, key.second, deps_.clock.now(), asked)) {
      auto const entries = tx.ledger().following(key.first, delivery.sequence - 1, 1);
      if (entries.empty()) continue;
      found.push_back({std::move(delivery),
                       deps_.renderer.render(tx, key.first, account ? account->name : "", entries[0])});
    }
    return found;
  });
  if (!due) return report("deliveries that are due could not be read", due.error());
  bool any = false;
  for (auto& one : *due) {
    if (room_of(served) == 0) return;
    if (!endpoint.begin_again(one.delivery)) continue;
    any = true;
    send(key, served, std::move(one.delivery), std::move(one.event));
  }
  // When the next one is due is told with the next look at the endpoints.
  if (!any) endpoint.nothing_more_due();
}

void WebhookCourier::send_new(Key const& key, Served& served) {
  auto& endpoint = served.endpoint;
  while (auto const room = room_of(served)) {
    *served.has_news = false;
    std::vector<Event> events;
    std::int64_t passed = endpoint.cursor();
    auto const seen = served.following->window().look(endpoint.cursor(), [&](Event const& event) {
      if (event.entity == Entity::webhook) next_look_ = {};  // it may be this one that has changed
      if (events.size() >= room) return false;
      if (event.fits({endpoint.webhook().types, std::nullopt}))
        events.push_back(event);
      else if (events.empty())
        passed = event.sequence;
      return true;
    });
    endpoint.skip_to(passed);
    for (auto const& event : events) take(key, served, event);
    if (seen == EventWindow::Seen::all) return;
    *served.has_news = true;
    if (seen == EventWindow::Seen::not_here && !send_from_ledger(key, served)) return;
  }
  // Whoever's answer makes room goes on.
}

/// The window does not reach back so far. False: there is nothing more, or it is not known yet.
bool WebhookCourier::send_from_ledger(Key const& key, Served& served) {
  auto& endpoint = served.endpoint;
  auto page = read_and_wait(deps_.store, [&](Transaction const& tx) -> Result<EventPage> {
    return read_events(tx, deps_.renderer, key.first, {endpoint.webhook().types, std::nullopt},
                       endpoint.cursor(), {.events = static_cast<std::int64_t>(room_of(served))});
  });
  if (!page) {
    report("events could not be read", page.error());
    return false;
  }
  for (auto const& event : page->events) take(key, served, event);
  bool const moved = page->last > endpoint.cursor() || !page->events.empty();
  endpoint.skip_to(page->last);
  return moved;
}

void WebhookCourier::take(Key const& key, Served& served, Event const& event) {
  WebhookDelivery delivery{
      .sequence = event.sequence, .entity_id = event.entity_id, .round = served.endpoint.webhook().round};
  switch (served.endpoint.offer(event)) {
    case WebhookEndpoint::Offer::send:
      return send(key, served, std::move(delivery), event);
    case WebhookEndpoint::Offer::waits:
      fates_.push_back({key, served.serial, std::move(delivery), WebhookEndpoint::Kind::waiting});
      return;
    case WebhookEndpoint::Offer::pass:
      return;
  }
}

void WebhookCourier::send(Key const& key, Served& served, WebhookDelivery delivery, Event event) {
  auto const id = event_id(event.sequence);
  auto request = signed_request(deps_.secrets, served.endpoint.secrets(), served.endpoint.webhook().url, id,
                                std::move(event.json), deps_.clock.now());
  std::string traceparent;
  auto span = deps_.tracer.open_for_request(SpanKind::client, "webhook.delivery",
                                            {key.first, event.request_id}, traceparent);
  span.note("linebook.account", key.first.value);
  span.note("linebook.webhook", key.second.value);
  span.note("linebook.event", id);
  if (request && !traceparent.empty()) request->headers.emplace_back("traceparent", traceparent);
  ++under_way_;
  deps_.counters.webhook_requests.fetch_add(1, std::memory_order_relaxed);
  auto reply = [this, key = Key(key), serial = served.serial, url = served.endpoint.webhook().url,
                delivery = std::move(delivery), span = std::move(span)](OutgoingOutcome outcome) mutable {
    if (outcome) span.note("http.response.status_code", outcome->status);
    if (!outcome || outcome->status >= 300) span.fail();
    span.end();
    {
      std::scoped_lock lock(mutex_);
      replies_.push_back({std::move(key), serial, std::move(url), std::move(delivery), std::move(outcome)});
      is_woken_ = true;
    }
    something_to_do_.notify_one();
  };
  if (!request)
    return reply(std::unexpected(OutgoingError{OutgoingFault::unreachable, request.error().message}));
  deps_.outgoing.send(std::move(*request), std::move(reply));
}

}  // namespace linebook
