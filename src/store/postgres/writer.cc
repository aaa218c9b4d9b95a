#include "store/postgres/writer.h"

#include <algorithm>
#include <utility>

#include "store/jobs/count_batch.h"

namespace linebook::postgres {
namespace {

Error outcome_unknown() {
  return {ErrorCode::unavailable,
          "the database went away while this was committed, so that it may be done or not; look before it is "
          "repeated, or repeat it with the same Idempotency-Key"};
}

bool met_another(Committer::Ending ending) {
  return ending == Committer::Ending::conflict || ending == Committer::Ending::constraint;
}

/// What went wrong may be one job's fault alone.
bool others_may_succeed(Committer::Ending ending) {
  using Ending = Committer::Ending;
  return ending != Ending::committed && ending != Ending::away && ending != Ending::unknown;
}

}  // namespace

Writer::Writer(unsigned threads, std::chrono::milliseconds patience, Endpoint const& endpoint,
               DigitIndexes& indexes, KeyChangeLog& key_changes, LedgerNews& ledger_news,
               LedgerHints& ledger_hints, StoreCounters& counters, Trouble& trouble, FailureLog const& log)
    : patience_(patience),
      endpoint_(endpoint),
      indexes_(indexes),
      key_changes_(key_changes),
      ledger_news_(ledger_news),
      ledger_hints_(ledger_hints),
      counters_(counters),
      trouble_(trouble),
      log_(log) {
  for (unsigned i = 0; i < std::max(threads, 1U); ++i) threads_.emplace_back([this] { serve_queue(); });
}

Writer::~Writer() { stop(); }

void Writer::count_depth() {
  counters_.write_queue_depth.store(static_cast<std::int64_t>(queue_.size()), std::memory_order_relaxed);
}

void Writer::queue(std::unique_ptr<WriteJob> job) {
  std::unique_lock lock(queue_mutex_);
  if (stopping_) {
    lock.unlock();
    return job->done(store_unavailable());
  }
  job->trace.queued();
  auto const account = job->account();
  auto const now = Clock::now();
  auto const displaced = queue_.put(account, {std::move(job), now}, now);
  count_depth();
  lock.unlock();
  queue_filled_.notify_one();
  if (displaced) displaced->job->done(store_overloaded());
}

void Writer::stop() {
  {
    std::scoped_lock lock(queue_mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  stops_at_ = Clock::now() + stop_patience;
  queue_filled_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

// -- The loop -----------------------------------------------------------------------------------------------

void Writer::serve_queue() {
  Committer committer(endpoint_, indexes_);
  for (;;) {
    if (trouble_.what()) refuse_overdue();
    auto taken = take_batch();
    if (taken.jobs.empty()) return;
    run_batch(committer, taken);
  }
}

/// Empty: all is over.
Writer::Taken Writer::take_batch() {
  std::unique_lock lock(queue_mutex_);
  queue_filled_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  Taken taken{{}, Clock::time_point::max()};
  for (auto& waiting : queue_.take(max_batch, share)) {
    taken.give_up = std::min(taken.give_up, waiting.since + patience_);
    taken.jobs.push_back(std::move(waiting.job));
  }
  count_depth();
  return taken;
}

/// While the database is away, nobody waits longer than promised because others wait in front.
void Writer::refuse_overdue() {
  std::vector<Waiting> overdue;
  {
    std::scoped_lock lock(queue_mutex_);
    auto const since = Clock::now() - patience_;
    overdue = queue_.take_due([since](Waiting const& waiting) { return waiting.since < since; });
    count_depth();
  }
  for (auto& waiting : overdue) waiting.job->done(store_unavailable());
}

// -- One batch ----------------------------------------------------------------------------------------------

Committer::Outcome Writer::run(Committer& committer, std::span<std::unique_ptr<WriteJob> const> jobs,
                               Clock::time_point give_up) {
  auto const before = [this](Clock::time_point moment) {
    return Clock::now() < std::min(moment, stops_at_.load(std::memory_order_relaxed));
  };
  auto const stop_looking = Clock::now() + looking_patience;
  auto outcome = committer.run(jobs, {.for_database = [&] { return before(give_up); },
                                      .for_outcome = [&] { return before(stop_looking); }});
  if (outcome.ending == Committer::Ending::committed) {
    key_changes_.add(outcome.key_changes);
    ledger_news_.grew(outcome.grown_ledgers);
    ledger_hints_.tell(outcome.grown_ledgers);
    counters_.ledger_entries.fetch_add(outcome.ledger_entries, std::memory_order_relaxed);
    counters_.decisions.fetch_add(outcome.decisions, std::memory_order_relaxed);
    trouble_.clear();
  } else if (outcome.ending == Committer::Ending::away || outcome.ending == Committer::Ending::unknown) {
    trouble_.set(outcome.detail);
  }
  return outcome;
}

void Writer::run_batch(Committer& committer, Taken& taken) {
  auto const started = Clock::now();
  for (auto& job : taken.jobs) job->trace.begin();
  auto const together = run(committer, taken.jobs, taken.give_up);
  Outcomes outcomes(taken.jobs.size());
  if (taken.jobs.size() > 1 && others_may_succeed(together.ending)) {
    endpoint_.counters.jobs_run_apart.fetch_add(taken.jobs.size(), std::memory_order_relaxed);
    outcomes = run_apart(committer, taken.jobs, taken.give_up);
  } else if (met_another(together.ending)) {
    endpoint_.counters.retries.fetch_add(1, std::memory_order_relaxed);
    outcomes[0] = run_alone(committer, taken.jobs[0], taken.give_up);
  } else {
    std::ranges::fill(outcomes, error_of(together));
  }
  bool const some_done = std::ranges::any_of(outcomes, [](auto const& error) { return !error; });
  if (some_done || together.ending == Committer::Ending::job_threw)
    count_batch(counters_, taken.jobs.size(), Clock::now() - started);
  else
    counters_.commit_failures.fetch_add(1, std::memory_order_relaxed);
  for (std::size_t i = 0; i < taken.jobs.size(); ++i) {
    taken.jobs[i]->trace.end(outcomes[i].has_value(), taken.jobs.size());
    taken.jobs[i]->done(std::move(outcomes[i]));
  }
}

/// Each job in a transaction of its own, so that what fails is undone alone.
Writer::Outcomes Writer::run_apart(Committer& committer, Jobs const& jobs, Clock::time_point give_up) {
  Outcomes outcomes;
  for (auto const& job : jobs) outcomes.push_back(run_alone(committer, job, give_up));
  return outcomes;
}

std::optional<Error> Writer::run_alone(Committer& committer, std::unique_ptr<WriteJob> const& job,
                                       Clock::time_point give_up) {
  using Ending = Committer::Ending;
  for (int run_number = 1;; ++run_number) {
    auto const outcome = run(committer, {&job, 1}, give_up);
    bool const again = (outcome.ending == Ending::conflict && run_number < max_runs_of_job) ||
                       (outcome.ending == Ending::constraint && run_number < max_runs_of_refused_job);
    if (!again) return error_of(outcome);
    endpoint_.counters.retries.fetch_add(1, std::memory_order_relaxed);
    std::this_thread::sleep_for(random_pause(longest_pause_between_runs));
  }
}

std::optional<Error> Writer::error_of(Committer::Outcome const& outcome) {
  using Ending = Committer::Ending;
  std::string detail = outcome.detail;
  switch (outcome.ending) {
    case Ending::committed:
      return std::nullopt;
    case Ending::job_threw: {
      auto error = guarded([&] { std::rethrow_exception(outcome.thrown); }, detail);
      log_.tell("a write job failed and was undone: " + detail);
      return error;
    }
    case Ending::unknown:
      return outcome_unknown();
    case Ending::away:
    case Ending::part_away:
      return store_unavailable();
    case Ending::conflict:
    case Ending::took_too_long:
      log_.tell("a write job was given up: " + detail);
      return store_unavailable();
    case Ending::no_resources:
      trouble_.set(detail);
      return store_unavailable();
    case Ending::constraint:
    case Ending::refused:
      break;
  }
  log_.tell("a write job failed and was undone: " + detail);
  return something_went_wrong();
}

}  // namespace linebook::postgres
