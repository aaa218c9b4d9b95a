#include "http/events/long_poll.h"

#include <utility>

#include "http/events/event_json.h"

namespace linebook::http {

LongPoll::LongPoll(Store const& store, Clock const& clock, ListenerPlaces::Place place, Listener listener,
                   std::int64_t limit, std::chrono::steady_clock::time_point until, Respond respond)
    : store_(store),
      clock_(clock),
      place_(std::move(place)),
      until_(until),
      listener_(std::move(listener)),
      key_(store, listener_.principal),
      limit_(limit),
      respond_(std::move(respond)) {}

void LongPoll::follow(EventFeed& feed) {
  auto following = feed.follow(listener_.principal.account, listener_.after, [this] { look(); });
  window_.store(&following->window());
  following_ = std::move(following);
  look();
}

/// Answers where there is something, or where only the ledger can tell: then the client asks again.
void LongPoll::look() {
  auto const* window = window_.load();
  if (window == nullptr) return;  // follow() looks itself
  std::scoped_lock lock(mutex_);
  if (!respond_ || refuse_where_key_is_over()) return;
  std::vector<std::string> events;
  auto last = listener_.after;
  auto const seen = window->look(listener_.after, [&](Event const& event) {
    if (std::ssize(events) == limit_) return false;
    if (event.fits(listener_.filter)) events.push_back(event.json);
    last = event.sequence;
    return true;
  });
  if (seen == EventWindow::Seen::not_here && !window->is_known()) return;
  listener_.after = last;
  if (!events.empty() || seen == EventWindow::Seen::not_here) answer(events);
}

void LongPoll::give_up() {
  std::scoped_lock lock(mutex_);
  if (respond_ && !refuse_where_key_is_over()) answer({});
}

void LongPoll::check_key() {
  std::scoped_lock lock(mutex_);
  if (respond_) refuse_where_key_is_over();
}

bool LongPoll::is_answered() {
  std::scoped_lock lock(mutex_);
  return !respond_;
}

bool LongPoll::refuse_where_key_is_over() {
  if (key_.holds(store_, clock_.now())) return false;
  std::exchange(respond_, nullptr)(fail(ErrorCode::unauthorized, "the API key does not hold any more"));
  return true;
}

void LongPoll::answer(std::vector<std::string> const& events) {
  std::exchange(respond_, nullptr)(event_page_answer(events, listener_.after));
}

}  // namespace linebook::http
