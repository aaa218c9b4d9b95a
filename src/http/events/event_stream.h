// One stream of server-sent events, as WHATWG's HTML defines them
// (https://html.spec.whatwg.org/multipage/server-sent-events.html). Everything here happens on its I/O
// thread.
#pragma once

#include <boost/intrusive/list.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/events/read_events.h"
#include "http/events/event_streams.h"
#include "http/events/standing_key.h"

namespace linebook::http {

/// Catches up from the ledger a page at a time, at the pace of its client; then lives from the window.
class EventStream final : public BodyStream, public boost::intrusive::list_base_hook<> {
 public:
  static constexpr std::chrono::seconds heartbeat_interval{15};
  static constexpr std::chrono::milliseconds key_check_interval{500};
  static constexpr std::chrono::seconds pause_after_failure{1};
  static constexpr std::chrono::milliseconds pause_where_nothing_came{100};

  EventStream(EventStreams&, ListenerPlaces::Place, Listener);
  ~EventStream() override;

  void begin(StreamOutlet&) override;
  Flow pull(std::string& out, Ask const&) override;

  AccountId account() const { return listener_.principal.account; }
  StreamOutlet& outlet() { return *outlet_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  class CatchUp;

  std::optional<Flow> end_where_due(std::string& out, Ask const&);
  Flow pull_live(std::string& out, std::size_t room);
  Flow pull_backlog(std::string& out, Ask const&);
  void send(std::string& out, Event const&);
  void ask_for_backlog();
  void arrived(Result<EventPage>);

  EventStreams& streams_;
  ListenerPlaces::Place const place_;
  Listener listener_;
  StandingKey key_;
  StreamOutlet* outlet_ = nullptr;
  StreamDesk* desk_ = nullptr;
  EventWindow const* window_ = nullptr;
  std::shared_ptr<EventStream*> self_;  // what a read on its way finds the stream by; null once it is gone
  std::vector<Event> backlog_;
  std::size_t backlog_sent_ = 0;
  std::int64_t backlog_last_ = 0;  // sequence that the page reaches to
  SteadyTime last_sent_{};
  SteadyTime next_key_check_{};
  SteadyTime ask_again_at_{};
  bool is_greeted_ = false;
  bool is_live_ = false;
  bool is_reading_ = false;
  bool has_page_ = false;
};

}  // namespace linebook::http
