// Works off what is due at carriers (app/carrier_steps.h): one thread that finds the tasks and wakes those
// who wait for them, and a few that take the steps, since each may wait for a carrier.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/context.h"
#include "app/ports/carrier.h"
#include "app/ports/carrier_progress.h"
#include "app/ports/clock.h"
#include "app/ports/store.h"

namespace linebook {

/// How many carrier calls run at once.
inline constexpr std::size_t carrier_workers = 4;
/// How often the outbox is looked at when nobody says that there is something in it: other nodes may have put
/// it there.
inline constexpr std::chrono::milliseconds carrier_poll{500};
/// How often those who wait are looked after.
inline constexpr std::chrono::milliseconds waiters_poll{20};
/// Requests that wait at one time; one more is answered at once with how far its work has come.
inline constexpr std::size_t max_waiters = 1000;

/// Alone: no other process works on this store, so that a lease found at the start is a dead one.
enum class CarrierNodes { alone, several };

class CarrierRunner final : public CarrierProgress {
 public:
  struct Dependencies {
    Store& store;
    Carrier& carrier;
    Clock& clock;
    Ids& ids;
    Secrets& secrets;
    Policies const& policies;
    /// Gets the operator's words on what failed; it is tried again.
    std::function<void(std::string_view)> log;
    CarrierNodes nodes = CarrierNodes::alone;
  };

  explicit CarrierRunner(Dependencies);
  /// Waits for the steps that run (their carrier's timeout at most), answers whoever waits, and stops.
  ~CarrierRunner() override;
  CarrierRunner(CarrierRunner const&) = delete;
  CarrierRunner& operator=(CarrierRunner const&) = delete;

  void await(AccountId, LineId, std::move_only_function<void()> then) override;

 private:
  struct Waiter {
    AccountId account;
    LineId line;
    std::chrono::steady_clock::time_point until;
    std::move_only_function<void()> then;
  };

  void find_work();
  void look_after_waiters();
  bool claim();
  void work();
  void take_steps(CarrierTask const&);
  Context context_of(CarrierTask const&);

  Dependencies deps_;
  std::string const lease_;
  std::mutex mutex_;
  std::condition_variable wake_finder_;
  std::condition_variable wake_workers_;
  std::deque<CarrierTask> claimed_;  // under mutex_, as all below
  std::size_t working_ = 0;
  std::list<Waiter> waiters_;
  bool look_now_ = false;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace linebook
