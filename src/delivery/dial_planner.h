// Keeps dial lists as they should stand (app/dialing/plan_entries.h), on a thread of its own: lists take
// turns, a bounded batch each, and between two batches the store has as long for others.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "app/context.h"
#include "app/ports/clock.h"
#include "app/ports/do_not_call_lists.h"
#include "app/ports/store.h"
#include "app/reach/calling_hours_in_force.h"
#include "app/reach/decide_contact.h"

namespace linebook {

/// How often lists are looked at when nothing was left to do.
inline constexpr std::chrono::milliseconds planning_interval{300};

class DialPlanner {
 public:
  struct Dependencies {
    Store& store;
    Clock& clock;
    Ids& ids;
    Secrets& secrets;
    Policies const& policies;
    DoNotCallLists const& lists;
    TimeZones const& zones;
    std::string node;  // this one, among those that share the store; the dialer's too
    /// Gets the operator's words on what failed; it is tried again.
    std::function<void(std::string_view)> log;
  };

  explicit DialPlanner(Dependencies);
  /// Waits for the batch that runs, and stops.
  ~DialPlanner();
  DialPlanner(DialPlanner const&) = delete;
  DialPlanner& operator=(DialPlanner const&) = delete;

 private:
  void run();
  /// True where there is more to do.
  bool look_at_lists();
  bool plan(AccountDialList const&);
  bool rest_for(std::chrono::steady_clock::duration);

  Dependencies deps_;
  CallingHoursInForce calling_hours_;
  ReachRules const rules_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace linebook
