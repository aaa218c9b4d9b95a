// Whoever is told of an account's events as they happen: streams of server-sent events and long polls, all
// fed from one window of the newest events. Any thread but where said.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "app/ports/clock.h"
#include "app/ports/event_counters.h"
#include "app/ports/event_feed.h"
#include "app/ports/store.h"
#include "http/events/backlog_turn.h"
#include "http/events/listener.h"
#include "http/events/listener_places.h"
#include "http/serving/endpoint.h"
#include "http/transport/exchange.h"

namespace linebook::http {

class EventStream;
class LongPoll;
class StreamDesk;

class EventStreams {
 public:
  struct Dependencies {
    Store& store;
    Clock& clock;
    EventFeed& feed;
    EventRenderer const& renderer;
    EventCounters& counters;
    std::size_t most_of_account;  // streams and long polls
  };

  explicit EventStreams(Dependencies);
  /// Every stream and long poll is over.
  ~EventStreams();

  /// What is behind `after` comes first, then what happens. too_many_requests: the account has as many
  /// listeners as it may.
  Result<std::unique_ptr<BodyStream>> open(Listener);
  /// Answers with the first events behind `after`, `limit` at most, or with none once `wait` is over.
  /// too_many_requests: likewise.
  void await(Listener, std::int64_t limit, std::chrono::steady_clock::duration wait, Respond);

  /// About once a second: answers whoever has waited long enough.
  void tick();
  /// The service ends: answers whoever waits.
  void drain();

  EventRenderer const& renderer() const { return deps_.renderer; }

 private:
  friend class EventStream;
  friend class StreamDesk;
  /// The desk of an I/O thread, where its streams are known.
  StreamDesk& desk_of(std::shared_ptr<StreamThread> const&);
  void let_go(bool of_everybody);

  Dependencies const deps_;
  ListenerPlaces places_;
  BacklogTurn backlog_turn_;
  std::mutex mutex_;
  std::unordered_map<StreamThread*, std::unique_ptr<StreamDesk>> desks_;
  std::vector<std::unique_ptr<LongPoll>> long_polls_;
  bool draining_ = false;
};

}  // namespace linebook::http
