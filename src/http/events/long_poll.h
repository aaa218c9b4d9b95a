// Somebody who waits for something to happen.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/ports/clock.h"
#include "app/ports/event_feed.h"
#include "app/ports/store.h"
#include "http/events/listener.h"
#include "http/events/listener_places.h"
#include "http/events/standing_key.h"
#include "http/serving/endpoint.h"

namespace linebook::http {

/// Answered once, by whoever is first: the feed, the clock, or the end of the service. Any thread.
class LongPoll {
 public:
  LongPoll(Store const&, Clock const&, ListenerPlaces::Place, Listener, std::int64_t limit,
           std::chrono::steady_clock::time_point until, Respond);

  void follow(EventFeed&);
  void give_up();
  void check_key();

  bool is_over(std::chrono::steady_clock::time_point now) const { return now >= until_; }
  bool is_answered();

 private:
  void look();
  bool refuse_where_key_is_over();
  void answer(std::vector<std::string> const& events);

  Store const& store_;
  Clock const& clock_;
  ListenerPlaces::Place const place_;
  std::chrono::steady_clock::time_point const until_;
  std::mutex mutex_;
  Listener listener_;
  StandingKey key_;
  std::int64_t const limit_;
  Respond respond_;
  std::atomic<EventWindow const*> window_{nullptr};
  std::unique_ptr<Following> following_;  // last: nobody looks once it is gone
};

}  // namespace linebook::http
