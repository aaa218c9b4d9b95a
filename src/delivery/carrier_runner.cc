#include "delivery/carrier_runner.h"

#include <optional>

#include "app/lines/carrier_steps.h"
#include "app/lines/lines.h"
#include "app/ports/blocking.h"

namespace linebook {
namespace {

/// One part of a step, committed; `then` gets what came of it.
template <class Run, class Then>
class StepJob final : public WriteJob {
 public:
  StepJob(Run run, Then then) : run_(std::move(run)), then_(std::move(then)) {}
  void run(Transaction& tx) override { outcome_.emplace(run_(tx)); }
  void done(std::optional<Error> error) override {
    if (error) return then_(Outcome(fail(std::move(*error))));
    then_(Outcome(std::move(*outcome_)));
  }

 private:
  using Outcome = Result<std::invoke_result_t<Run&, Transaction&>>;
  Run run_;
  Then then_;
  std::optional<std::invoke_result_t<Run&, Transaction&>> outcome_;
};

template <class Run, class Then>
void commit_step(Store& store, Run run, Then then) {
  store.write(std::make_unique<StepJob<Run, Then>>(std::move(run), std::move(then)));
}

std::string_view number_span_name(CarrierStep step) {
  switch (step) {
    case CarrierStep::search:
      return "carrier.search_numbers";
    case CarrierStep::look_up:
      return "carrier.look_up_number";
    case CarrierStep::buy:
      return "carrier.buy_number";
    case CarrierStep::connect:
      return "carrier.connect_number";
    case CarrierStep::compare:
      return "carrier.compare_number";
    case CarrierStep::give_back:
      return "carrier.give_number_back";
    case CarrierStep::release:
      return "carrier.release_number";
  }
  return "carrier";
}

}  // namespace

struct CarrierRunner::Work {
  CarrierTask task;
  std::optional<CarrierOrder> order;
  CarrierOutcome outcome;
};

CarrierRunner::CarrierRunner(Dependencies deps)
    : deps_(std::move(deps)), lease_(deps_.ids.next("node_", deps_.clock.now())) {
  finder_ = std::thread([this] { find_work(); });
}

CarrierRunner::~CarrierRunner() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_finder_.notify_all();
  finder_.join();
  {
    std::unique_lock lock(mutex_);
    nothing_runs_.wait(lock, [this] { return running_in_all_ == 0; });
  }
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
  if (deps_.nodes == Nodes::alone) {
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

/// Takes as much as there is room for; true when there may be more.
bool CarrierRunner::claim() {
  std::size_t room = 0;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return false;
    room = max_tasks_at_once - std::min(max_tasks_at_once, running_in_all_);
  }
  if (room == 0) return false;
  auto const now = deps_.clock.now();
  auto const due = read_and_wait(deps_.store, [](Transaction const& tx) -> Result<std::optional<Instant>> {
    return tx.carrier_tasks().next_due();
  });
  if (!due || !*due || **due > now) return false;
  auto tasks = write_and_wait(deps_.store, [&](Transaction& tx) -> Result<std::vector<CarrierTask>> {
    return claim_in(tx, now, room);
  });
  if (!tasks) {
    deps_.log(tasks.error().message);
    return false;
  }
  {
    std::lock_guard lock(mutex_);
    for (auto const& task : *tasks) ++running_[task.account];
    running_in_all_ += tasks->size();
  }
  for (auto& task : *tasks) begin(std::make_shared<Work>(Work{std::move(task), {}, {}}));
  return !tasks->empty();
}

/// What an account has too much of goes behind what others have due.
std::vector<CarrierTask> CarrierRunner::claim_in(Transaction& tx, Instant now, std::size_t room) {
  auto const claimed =
      tx.carrier_tasks().claim(lease_, now, now + carrier_lease, static_cast<std::int64_t>(room));
  std::map<AccountId, std::size_t> running;
  {
    std::lock_guard lock(mutex_);
    running = running_;
  }
  std::vector<CarrierTask> taken;
  for (auto const& task : claimed) {
    if (++running[task.account] <= max_tasks_of_account) {
      taken.push_back(task);
      continue;
    }
    auto later = task;
    later.lease.reset();
    later.lease_until.reset();
    later.due_at = now + surplus_pause;
    tx.carrier_tasks().put(later);
  }
  return taken;
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

Context CarrierRunner::context_of(CarrierTask const& task) {
  return {task.account, task.actor,    task.request_id, deps_.clock.now(),
          deps_.ids,    deps_.secrets, deps_.policies};
}

bool CarrierRunner::is_stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void CarrierRunner::begin(std::shared_ptr<Work> const& work) {
  commit_step(
      deps_.store,
      [this, work](Transaction& tx) {
        return begin_step(tx, context_of(work->task), lease_, work->task.line);
      },
      [this, work](Result<std::optional<CarrierOrder>> order) {
        if (!order) deps_.log(order.error().message);
        if (!order || !*order) return finish(work->task);
        work->order = std::move(*order);
        ask(work);
      });
}

void CarrierRunner::ask(std::shared_ptr<Work> work) {
  auto& order = *work->order;
  auto span =
      deps_.tracer.open_for_request(SpanKind::client, number_span_name(order.step),
                                    {work->task.account, order.request_id}, order.credentials.traceparent);
  span.note("linebook.account", work->task.account.value);
  span.note("linebook.line", work->task.line.value);
  perform(deps_.carrier, order,
          [this, work = std::move(work), span = std::move(span)](CarrierOutcome outcome) mutable {
            if (std::holds_alternative<CarrierError>(outcome)) span.fail();
            span.end();
            work->outcome = std::move(outcome);
            end(work);
          });
}

void CarrierRunner::end(std::shared_ptr<Work> const& work) {
  commit_step(
      deps_.store,
      [this, work](Transaction& tx) {
        return end_step(tx, context_of(work->task), lease_, work->task.line, *work->order, work->outcome);
      },
      [this, work](Result<AfterStep> after) {
        if (!after) deps_.log(after.error().message);
        // A lease that is left behind ends by itself.
        if (!after || *after == AfterStep::rest || is_stopping()) return finish(work->task);
        begin(work);
      });
}

void CarrierRunner::finish(CarrierTask const& task) {
  std::lock_guard lock(mutex_);
  auto const of_account = running_.find(task.account);
  if (--of_account->second == 0) running_.erase(of_account);
  look_now_ = true;
  wake_finder_.notify_one();
  // Under the lock, since whoever waits for this goes on to destroy it all.
  if (--running_in_all_ == 0) nothing_runs_.notify_all();
}

}  // namespace linebook
