// Works off what carriers are to be asked for calls and texts (app/dispatch/dispatch_steps.h). One thread
// claims what is due, in batches of one carrier account; the carriers' own threads bring the answers, which
// are committed as they come. Hundreds of requests are on their way at once, so many of one account and of
// one line, and an account that is slow, or has had enough, holds up no other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/context.h"
#include "app/dispatch/dispatch_steps.h"
#include "app/ports/carrier.h"
#include "app/ports/clock.h"
#include "app/ports/store.h"
#include "app/reach/calling_hours_in_force.h"
#include "app/reach/decide_contact.h"
#include "delivery/carrier_runner.h"

namespace linebook {

/// Requests on their way at once: of one carrier account, and in all.
inline constexpr std::size_t max_in_flight_of_account = 100;
inline constexpr std::size_t max_in_flight = 1000;
/// What is begun in one transaction.
inline constexpr std::int64_t max_dispatches_begun = 50;
/// How often the outbox is looked at when nobody says that there is something in it.
inline constexpr std::chrono::milliseconds dispatch_poll{100};
/// An account that has too much to do and does not say for how long is left alone so long.
inline constexpr std::chrono::seconds busy_pause{1};
inline constexpr std::chrono::seconds longest_busy_pause{300};

class DispatchRunner {
 public:
  struct Dependencies {
    Store& store;
    Carrier& twilio;
    Carrier* simulator;  // of a demo installation
    Clock& clock;
    Ids& ids;
    Secrets& secrets;
    Policies const& policies;
    DoNotCallLists const& lists;
    TimeZones const& zones;
    /// Gets the operator's words on what failed; it is tried again.
    std::function<void(std::string_view)> log;
    Nodes nodes = Nodes::alone;
    Tracer& tracer = Tracer::off();
  };

  explicit DispatchRunner(Dependencies);
  /// Begins nothing more, and waits for the answers that are on their way: their carriers are stopped before.
  ~DispatchRunner();
  DispatchRunner(DispatchRunner const&) = delete;
  DispatchRunner& operator=(DispatchRunner const&) = delete;

 private:
  struct AccountPace {
    std::size_t in_flight = 0;
    std::chrono::steady_clock::time_point not_before{};
  };

  void run();
  void end_leases();
  /// True where there may be more.
  bool begin_all_due();
  bool begin(std::string const& carrier_account, std::size_t room);
  std::size_t room_of(std::string const& carrier_account);
  void ask(DispatchOrder);
  void answered(DispatchOrder const&, DispatchOutcome const&);
  void committed(std::string const& carrier_account, LineId const&);
  Context context();

  Dependencies deps_;
  CallingHoursInForce calling_hours_;
  ReachRules rules_;
  std::string const lease_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, AccountPace> paces_;  // under mutex_, as all below
  LinesInFlight lines_;
  std::size_t in_flight_ = 0;
  bool look_now_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook
