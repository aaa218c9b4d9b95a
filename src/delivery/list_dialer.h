// Calls the people of the lists that Linebook dials itself (app/dialing/dial_next.h), on a thread of its own:
// one call at a time, each when its list's bounds allow it, and what became of calls is taken in.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "delivery/dial_planner.h"

namespace linebook {

/// How often it is looked for lists to dial, and for calls that are over.
inline constexpr std::chrono::milliseconds lists_to_dial_interval{200};

class ListDialer {
 public:
  using Dependencies = DialPlanner::Dependencies;

  explicit ListDialer(Dependencies);
  /// Waits for the call that is being placed, and stops.
  ~ListDialer();
  ListDialer(ListDialer const&) = delete;
  ListDialer& operator=(ListDialer const&) = delete;

 private:
  struct Watched {
    AccountId account;
    DialList list;  // as it was when it was looked for
    Instant look_at{};
  };

  void run();
  void look_for_lists();
  void dial(Watched&);
  Context context_of(AccountId);

  Dependencies deps_;
  CallingHoursInForce calling_hours_;
  ReachRules const rules_;
  std::vector<Watched> watched_;
  Instant look_for_lists_at_{};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace linebook
