#include "store/sqlite/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace linebook::sqlite {
namespace {

constexpr Statement begin_batch{"begin_batch", "BEGIN IMMEDIATE"};
constexpr Statement commit_batch{"commit_batch", "COMMIT"};
constexpr Statement roll_back_batch{"roll_back_batch", "ROLLBACK"};
constexpr Statement begin_job{"begin_job", "SAVEPOINT job"};
constexpr Statement keep_job{"keep_job", "RELEASE job"};
constexpr Statement undo_changes_of_job{"undo_changes_of_job", "ROLLBACK TO job"};
/// The outcome cannot be told: this disk has it, and the other may get it yet.
Error kept_but_not_copied() {
  return {
      ErrorCode::unavailable,
      "this was kept, but its copy to the replica failed, so that it may yet be lost with this disk; send it "
      "again with the same Idempotency-Key to learn that it is safe",
      {}};
}

constexpr Statement write_probe{"write_probe",
                                "INSERT INTO installation (name, value) VALUES ('write_probe', '1')"
                                " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"};

[[noreturn]] void stop_without_file(char const* path) {
  fmt::print(
      stderr,
      "linebook: the database {} was moved, replaced or removed while it was open. What is written now "
      "would be lost, so the process stops at once. Everything acknowledged before is in the file that "
      "was there and its -wal file: put both back, or restore a backup, then start again.\n",
      path);
  std::fflush(stderr);
  std::abort();
}

/// What all jobs of a batch share is told with one of them.
TracePlace first_traced(std::vector<std::unique_ptr<WriteJob>> const& jobs) {
  for (auto const& job : jobs)
    if (auto const place = job->trace.place(); place.recorder != nullptr) return place;
  return {};
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> db, CheckpointBounds bounds, CommitSequence& sequence,
               DigitIndexes& indexes, Readers& readers, StoreCounters& counters, Replica* replica,
               FailureLog const& log)
    : db_(std::move(db)),
      open_(*db_, indexes),
      bounds_(bounds),
      sequence_(sequence),
      indexes_(indexes),
      readers_(readers),
      counters_(counters),
      log_(log) {
  auto const remember_size = [](void* self, sqlite3*, char const*, int pages) {
    static_cast<Writer*>(self)->remember_log_size(pages);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(db_->handle(), remember_size, this);
  replica_.emplace(*db_, replica);
  replica_->start(log_pages_, [this] {
    std::scoped_lock lock(queue_mutex_);
    queue_filled_.notify_one();
  });
  thread_ = std::thread([this] { serve_queue(); });
}

Writer::~Writer() { stop(); }

void Writer::queue(std::unique_ptr<WriteJob> job) {
  std::unique_lock lock(queue_mutex_);
  if (stopping_) {
    lock.unlock();
    return job->done(store_unavailable());
  }
  job->trace.queued();
  auto const was_empty = queue_.empty();
  auto const account = job->account();
  auto const displaced = queue_.put(account, std::move(job));
  counters_.write_queue_depth.store(static_cast<std::int64_t>(queue_.size()), std::memory_order_relaxed);
  lock.unlock();
  if (was_empty) queue_filled_.notify_one();  // otherwise the writer is already up, or being woken
  if (displaced) (*displaced)->done(store_overloaded());
}

std::optional<std::string> Writer::trouble() const {
  std::scoped_lock lock(trouble_mutex_);
  return trouble_;
}

void Writer::set_trouble(std::optional<std::string> trouble) {
  if (trouble.has_value() != troubled_)
    log_.tell(trouble ? "writing fails: " + *trouble : std::string("writing works again"));
  troubled_ = trouble.has_value();
  std::scoped_lock lock(trouble_mutex_);
  trouble_ = std::move(trouble);
}

void Writer::stop() {
  if (!thread_.joinable()) return;
  {
    std::scoped_lock lock(queue_mutex_);
    stopping_ = true;
  }
  queue_filled_.notify_one();
  thread_.join();
}

void Writer::close() {
  if (!db_) return;
  std::string detail;
  // A log whose database is elsewhere may still be put back beside it.
  if (db_->was_taken_away())
    log_.tell("the last checkpoint was left out: the database was moved, replaced or removed");
  // What stays in the log is read from there at the next start: nothing is lost where this fails.
  else if (guarded([&] { db_->execute("PRAGMA wal_checkpoint(TRUNCATE)"); }, detail))
    log_.tell("the last checkpoint failed: " + detail);
  sqlite3_wal_hook(db_->handle(), nullptr, nullptr);
  db_.reset();
}

// -- The loop -----------------------------------------------------------------------------------------------

void Writer::serve_queue() {
  for (;;) {
    auto jobs = take_batch();
    if (replica_->wants_log()) replica_->give_log();
    if (!jobs.empty()) {
      if (checkpoint_failure_) checkpoint();
      if (is_log_stuck())
        refuse(jobs, checkpoint_failure_);
      else if (auto const why = replica_->refusal())
        refuse(jobs, why);
      else
        run_batch(jobs);
      if (log_pages_ - checkpointed_pages_ >= bounds_.busy_pages) checkpoint();
      continue;
    }
    {
      std::scoped_lock lock(queue_mutex_);
      if (stopping_ && queue_.empty()) return;
    }
    if (troubled_)
      probe();
    else if (log_pages_ - checkpointed_pages_ >= bounds_.idle_pages)
      checkpoint();
  }
}

std::optional<std::chrono::milliseconds> Writer::patience() const {
  if (troubled_) return probe_interval;
  if (log_pages_ - checkpointed_pages_ >= bounds_.idle_pages) return idle_moment;
  return std::nullopt;
}

Writer::Jobs Writer::take_batch() {
  auto const wait_at_most = patience();
  std::unique_lock lock(queue_mutex_);
  auto const called = [this] { return stopping_ || !queue_.empty() || replica_->wants_log(); };
  if (wait_at_most)
    queue_filled_.wait_for(lock, *wait_at_most, called);
  else
    queue_filled_.wait(lock, called);
  auto jobs = queue_.take(max_batch, share);
  counters_.write_queue_depth.store(static_cast<std::int64_t>(queue_.size()), std::memory_order_relaxed);
  return jobs;
}

// -- One batch ----------------------------------------------------------------------------------------------

void Writer::run_batch(Jobs& jobs) {
  auto const started = std::chrono::steady_clock::now();
  for (auto& job : jobs) job->trace.begin();
  log_grew_ = false;
  Outcomes outcomes(jobs.size());
  std::string detail;
  auto const failure = guarded(
      [&] {
        if (!run_together(jobs)) run_apart(jobs, outcomes);
        open_.session.counters.write();
        replica_->before_commit();
        announce_number_changes();
        db_->trace_statements(first_traced(jobs));
        Query(*db_, commit_batch).run();
      },
      detail);
  db_->trace_statements();
  stop_where_file_is_gone();  // before anything is acknowledged
  auto const uncopied = failure ? std::nullopt : replica_->after_commit(log_pages_);
  if (failure) {
    roll_back();
    retract_number_changes();
    outcomes.assign(jobs.size(), *failure);
    counters_.commit_failures.fetch_add(1, std::memory_order_relaxed);
    set_trouble(detail);
  } else {
    sequence_.key_changes.add(open_.session.effects.key_changes);
    sequence_.commits.fetch_add(1, std::memory_order_release);
    counters_.ledger_entries.fetch_add(open_.session.counters.entries(), std::memory_order_relaxed);
    counters_.decisions.fetch_add(open_.session.counters.decisions(), std::memory_order_relaxed);
    count_batch(counters_, jobs.size(), std::chrono::steady_clock::now() - started);
    // A commit that wrote nothing proves nothing.
    if (troubled_ && log_grew_ && !uncopied) set_trouble(std::nullopt);
  }
  if (uncopied) {
    counters_.commit_failures.fetch_add(1, std::memory_order_relaxed);
    set_trouble(uncopied);
    for (auto& outcome : outcomes)
      if (!outcome) outcome = kept_but_not_copied();
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i]->trace.end(outcomes[i].has_value(), jobs.size());
    jobs[i]->done(std::move(outcomes[i]));
  }
  if (!failure) sequence_.ledger_news.grew(open_.session.counters.accounts_with_entries());
}

void Writer::announce_number_changes() {
  auto const& changes = open_.session.effects.number_changes;
  for (auto const& change : changes) {
    auto const account = change.account;
    if (std::ranges::any_of(announced_, [&](auto const& a) { return a.first == account; })) continue;
    auto const head = open_.session.counters.last_sequence(account);
    indexes_.announce(account, head, changes);
    announced_.emplace_back(account, head);
  }
}

void Writer::retract_number_changes() {
  for (auto const& [account, head] : announced_) indexes_.retract(account, head);
  announced_.clear();
}

void Writer::refuse(Jobs& jobs, std::optional<std::string> const& why) {
  counters_.commit_failures.fetch_add(1, std::memory_order_relaxed);
  set_trouble(why);
  for (auto& job : jobs) job->done(store_unavailable());
}

void Writer::begin() {
  open_.session.effects.clear();
  open_.session.counters.clear();
  announced_.clear();
  Query(*db_, begin_batch).run();
  replica_->begun();
}

/// The usual case: every job succeeds, so that none needs a savepoint. False where one failed: nothing is
/// done then.
bool Writer::run_together(Jobs& jobs) {
  begin();
  std::string detail;
  auto const failure = guarded(
      [&] {
        for (auto& job : jobs) {
          db_->trace_statements(job->trace.place());
          job->run(open_.books);
        }
      },
      detail);
  db_->trace_statements();
  if (failure) roll_back();
  return !failure;
}

/// Each job behind a savepoint, so that what fails is undone alone. Throws when the whole batch is lost.
void Writer::run_apart(Jobs& jobs, Outcomes& outcomes) {
  begin();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    auto const effects = open_.session.effects.mark();
    auto const counters = open_.session.counters.mark();
    Query(*db_, begin_job).run();
    outcomes[i] = run_job(*jobs[i]);
    if (outcomes[i]) {
      // A full disk or a lack of memory may have made SQLite roll back all of it already.
      if (!db_->in_transaction()) throw StoreUnavailable("the transaction was rolled back under its jobs");
      Query(*db_, undo_changes_of_job).run();
      open_.session.effects.rewind(effects);
      open_.session.counters.rewind(counters);
    }
    Query(*db_, keep_job).run();
  }
}

std::optional<Error> Writer::run_job(WriteJob& job) {
  std::string detail;
  db_->trace_statements(job.trace.place());
  auto error = guarded([&] { job.run(open_.books); }, detail);
  db_->trace_statements();
  if (!error) return error;
  if (error->code == ErrorCode::unavailable)
    set_trouble(detail);
  else
    log_.tell("a write job failed and was undone: " + detail);
  return error;
}

void Writer::roll_back() {
  if (!db_->in_transaction()) return;
  std::string detail;
  if (guarded([&] { Query(*db_, roll_back_batch).run(); }, detail)) log_.tell("a rollback failed: " + detail);
}

// -- The log and the disk -----------------------------------------------------------------------------------

void Writer::remember_log_size(int pages) {
  if (pages < log_pages_) checkpointed_pages_ = 0;  // the log started over
  log_pages_ = pages;
  log_grew_ = true;
}

void Writer::stop_where_file_is_gone() const {
  if (db_->was_taken_away()) stop_without_file(sqlite3_db_filename(db_->handle(), "main"));
}

void Writer::checkpoint() {
  stop_where_file_is_gone();  // the log would go into a file that nobody finds
  // Only pages that no open snapshot needs can be copied, and only a log that nobody reads starts over.
  readers_.let_go();
  int in_log = 0;
  int copied = 0;
  int const code =
      sqlite3_wal_checkpoint_v2(db_->handle(), "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  if (code != SQLITE_OK && code != SQLITE_BUSY) {
    std::string detail;
    guarded([&] { db_->fail_with(code, "checkpoint"); }, detail);
    if (!checkpoint_failure_) log_.tell(detail);
    checkpoint_failure_ = std::move(detail);
  } else {
    checkpoint_failure_.reset();
  }
  // Also after a failure, so that the next attempt waits for as many pages again.
  checkpointed_pages_ = log_pages_;
  readers_.let_go();
}

void Writer::probe() {
  // Space in the log may be all that is wanting.
  checkpoint();
  if (is_log_stuck()) return set_trouble(checkpoint_failure_);
  if (auto const why = replica_->refusal()) return set_trouble(why);
  std::string detail;
  auto const failure = guarded(
      [&] {
        Query(*db_, begin_batch).run();
        replica_->begun();
        Query(*db_, write_probe).run();
        replica_->before_commit();
        Query(*db_, commit_batch).run();
      },
      detail);
  if (failure) roll_back();
  set_trouble(failure ? std::optional(detail) : replica_->after_commit(log_pages_));
}

}  // namespace linebook::sqlite
