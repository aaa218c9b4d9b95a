#include "delivery/carrier_runner.h"

#include <algorithm>

#include "app/lines/carrier_steps.h"
#include "app/lines/lines.h"
#include "app/ports/blocking.h"

namespace linebook {

CarrierRunner::CarrierRunner(Dependencies deps)
    : deps_(std::move(deps)), lease_(deps_.ids.next("node_", deps_.clock.now())) {
  threads_.emplace_back([this] { find_work(); });
  for (std::size_t i = 0; i < carrier_workers; ++i) threads_.emplace_back([this] { work(); });
}

CarrierRunner::~CarrierRunner() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_finder_.notify_all();
  wake_workers_.notify_all();
  for (auto& thread : threads_) thread.join();
  for (auto& waiter : waiters_) waiter.then();
}

void CarrierRunner::await(AccountId account, LineId line, std::move_only_function<void()> then) {
  std::unique_lock lock(mutex_);
  if (stopping_ || waiters_.size() >= max_waiters) {
    lock.unlock();
    return then();
  }
  waiters_.push_back(
      {account, std::move(line), std::chrono::steady_clock::now() + carrier_patience, std::move(then)});
  look_now_ = true;
  lock.unlock();
  wake_finder_.notify_one();
}

void CarrierRunner::find_work() {
  if (deps_.nodes == CarrierNodes::alone) {
    auto const ended = write_and_wait(deps_.store, [](Transaction& tx) -> Result<void> {
      tx.carrier_tasks().end_leases();
      return {};
    });
    if (!ended) deps_.log(ended.error().message);
  }
  auto next_poll = std::chrono::steady_clock::now();
  for (;;) {
    bool look = false;
    {
      std::unique_lock lock(mutex_);
      auto const pause = waiters_.empty() ? carrier_poll : waiters_poll;
      wake_finder_.wait_for(lock, pause, [this] { return stopping_ || look_now_; });
      if (stopping_) return;
      look = std::exchange(look_now_, false) || std::chrono::steady_clock::now() >= next_poll;
    }
    if (look) {
      while (claim()) {
      }
      next_poll = std::chrono::steady_clock::now() + carrier_poll;
    }
    look_after_waiters();
  }
}

/// Takes as much as there are idle workers for; true when there may be more.
bool CarrierRunner::claim() {
  std::size_t idle = 0;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return false;
    idle = carrier_workers - std::min(carrier_workers, working_ + claimed_.size());
  }
  if (idle == 0) return false;
  auto const now = deps_.clock.now();
  auto const due = read_and_wait(deps_.store, [](Transaction const& tx) -> Result<std::optional<Instant>> {
    return tx.carrier_tasks().next_due();
  });
  if (!due || !*due || **due > now) return false;
  auto tasks = write_and_wait(deps_.store, [&](Transaction& tx) -> Result<std::vector<CarrierTask>> {
    return tx.carrier_tasks().claim(lease_, now, now + carrier_lease, static_cast<std::int64_t>(idle));
  });
  if (!tasks) {
    deps_.log(tasks.error().message);
    return false;
  }
  {
    std::lock_guard lock(mutex_);
    for (auto& task : *tasks) claimed_.push_back(std::move(task));
  }
  wake_workers_.notify_all();
  return !tasks->empty();
}

void CarrierRunner::look_after_waiters() {
  std::list<Waiter> done;
  std::unique_lock lock(mutex_);
  auto const now = std::chrono::steady_clock::now();
  for (auto at = waiters_.begin(); at != waiters_.end();) {
    auto const waiter = at++;
    auto const account = waiter->account;
    auto const line = waiter->line;
    // Only this thread takes waiters off the list, so that it may look without the lock.
    lock.unlock();
    auto const settled = read_and_wait(
        deps_.store, [&](Transaction const& tx) -> Result<bool> { return is_settled(tx, account, line); });
    lock.lock();
    if (now >= waiter->until || !settled || *settled) done.splice(done.end(), waiters_, waiter);
  }
  lock.unlock();
  for (auto& waiter : done) waiter.then();
}

void CarrierRunner::work() {
  for (;;) {
    CarrierTask task;
    {
      std::unique_lock lock(mutex_);
      wake_workers_.wait(lock, [this] { return stopping_ || !claimed_.empty(); });
      if (stopping_) return;  // a lease that is left behind ends by itself
      task = std::move(claimed_.front());
      claimed_.pop_front();
      ++working_;
    }
    take_steps(task);
    {
      std::lock_guard lock(mutex_);
      --working_;
      look_now_ = true;
    }
    wake_finder_.notify_one();
  }
}

Context CarrierRunner::context_of(CarrierTask const& task) {
  return {task.account, task.actor,    task.request_id, deps_.clock.now(),
          deps_.ids,    deps_.secrets, deps_.policies};
}

void CarrierRunner::take_steps(CarrierTask const& task) {
  for (auto after = AfterStep::go_on; after == AfterStep::go_on;) {
    auto order = write_and_wait(deps_.store, [&](Transaction& tx) -> Result<std::optional<CarrierOrder>> {
      return begin_step(tx, context_of(task), lease_, task.line);
    });
    if (!order) return deps_.log(order.error().message);
    if (!*order) return;
    auto const outcome = perform(deps_.carrier, **order);
    auto const ended = write_and_wait(deps_.store, [&](Transaction& tx) -> Result<AfterStep> {
      return end_step(tx, context_of(task), lease_, task.line, **order, outcome);
    });
    if (!ended) return deps_.log(ended.error().message);
    after = *ended;
    std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
}

}  // namespace linebook
