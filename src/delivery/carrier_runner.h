// Works off what is due at carriers (app/lines/carrier_steps.h): one thread that finds the tasks and wakes
// those who wait for them. Nothing waits for a carrier: a step goes from the store's thread that committed
// its begin to the carrier's that has the answer, and back.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/context.h"
#include "app/ports/carrier.h"
#include "app/ports/carrier_progress.h"
#include "app/ports/clock.h"
#include "app/ports/nodes.h"
#include "app/ports/store.h"

namespace linebook {

/// How many tasks are worked on at once, of all accounts and of one: whose carrier is slow delays nobody
/// else.
inline constexpr std::size_t max_tasks_at_once = 256;
inline constexpr std::size_t max_tasks_of_account = 16;
/// What is due of an account that has so many under way is left for so long, behind everybody else's.
inline constexpr std::chrono::seconds surplus_pause{2};
/// How often the outbox is looked at when nobody says that there is something in it: other nodes may have put
/// it there.
inline constexpr std::chrono::milliseconds carrier_poll{500};
/// How often those who wait are looked after.
inline constexpr std::chrono::milliseconds waiters_poll{20};
/// Requests that wait at one time; one more is answered at once with how far its work has come.
inline constexpr std::size_t max_waiters = 1000;

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
    Nodes nodes = Nodes::alone;
    Tracer& tracer = Tracer::off();
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

  /// A task on its way from step to step.
  struct Work;

  void find_work();
  void look_after_waiters();
  bool claim();
  std::vector<CarrierTask> claim_in(Transaction&, Instant now, std::size_t room);
  void begin(std::shared_ptr<Work> const&);
  void ask(std::shared_ptr<Work>);
  void end(std::shared_ptr<Work> const&);
  void finish(CarrierTask const&);
  bool is_stopping();
  Context context_of(CarrierTask const&);

  Dependencies deps_;
  std::string const lease_;
  std::mutex mutex_;
  std::condition_variable wake_finder_;
  std::condition_variable nothing_runs_;
  std::map<AccountId, std::size_t> running_;  // tasks, by account; under mutex_, as all below
  std::size_t running_in_all_ = 0;
  std::list<Waiter> waiters_;
  bool look_now_ = false;
  bool stopping_ = false;
  std::thread finder_;
};

}  // namespace linebook
