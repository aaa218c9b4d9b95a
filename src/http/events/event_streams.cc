#include "http/events/event_streams.h"

#include <algorithm>
#include <utility>

#include "http/events/event_stream.h"
#include "http/events/long_poll.h"
#include "http/events/stream_desk.h"

namespace linebook::http {
namespace {

constexpr std::chrono::milliseconds tick_interval{1000};

}  // namespace

EventStreams::EventStreams(Dependencies deps)
    : deps_(deps), places_(deps.most_of_account), backlog_turn_(deps.store) {}
EventStreams::~EventStreams() = default;

Result<std::unique_ptr<BodyStream>> EventStreams::open(Listener listener) {
  auto place = places_.take(listener.principal.account);
  if (!place) return fail(std::move(place.error()));
  return std::make_unique<EventStream>(*this, std::move(*place), std::move(listener));
}

StreamDesk& EventStreams::desk_of(std::shared_ptr<StreamThread> const& thread) {
  std::scoped_lock lock(mutex_);
  auto& desk = desks_[thread.get()];
  if (!desk) desk = std::make_unique<StreamDesk>(*this, thread);
  return *desk;
}

void EventStreams::await(Listener listener, std::int64_t limit, std::chrono::steady_clock::duration wait,
                         Respond respond) {
  auto place = places_.take(listener.principal.account);
  if (!place) return respond(fail(std::move(place.error())));
  auto poll = std::make_unique<LongPoll>(deps_.store, deps_.clock, std::move(*place), std::move(listener),
                                         limit, std::chrono::steady_clock::now() + wait, std::move(respond));
  poll->follow(deps_.feed);
  std::scoped_lock lock(mutex_);
  if (draining_) poll->give_up();
  long_polls_.push_back(std::move(poll));
  deps_.counters.long_polls.store(std::ssize(long_polls_), std::memory_order_relaxed);
}

void EventStreams::tick() { let_go(false); }

void EventStreams::drain() {
  {
    std::scoped_lock lock(mutex_);
    draining_ = true;
  }
  let_go(true);
}

/// Leaving the feed waits for its lock, which is held while long polls are told: so they go outside of ours.
void EventStreams::let_go(bool of_everybody) {
  // Half a tick early rather than half a tick late: a client's own patience ends soon after.
  auto const now = std::chrono::steady_clock::now() + tick_interval / 2;
  std::vector<std::unique_ptr<LongPoll>> over;
  {
    std::scoped_lock lock(mutex_);
    for (auto const& poll : long_polls_) poll->check_key();
    auto const first_over = std::partition(long_polls_.begin(), long_polls_.end(), [&](auto const& poll) {
      return !of_everybody && !poll->is_over(now) && !poll->is_answered();
    });
    std::move(first_over, long_polls_.end(), std::back_inserter(over));
    long_polls_.erase(first_over, long_polls_.end());
    deps_.counters.long_polls.store(std::ssize(long_polls_), std::memory_order_relaxed);
  }
  for (auto const& poll : over) poll->give_up();
}

}  // namespace linebook::http
