#include "store/postgres/readers.h"

#include <algorithm>
#include <utility>

#include "store/jobs/fair_queue.h"
#include "store/postgres/open_books.h"

namespace linebook::postgres {
namespace {

constexpr Statement begin_snapshot{"begin_snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
constexpr Statement end_snapshot{"end_snapshot", "COMMIT"};

// A search index that is ahead of a snapshot is met again with a newer one.
constexpr int max_snapshots = 1000;

/// Thrown where a read is not to go on.
struct ReadGivenUp {
  enum class Why { took_too_long, store_stops } why;
};

SessionBounds searching_bounds(std::chrono::milliseconds deadline) {
  return {.statement = deadline,
          .lock = reading_bounds.lock,
          .idle = deadline + reading_bounds.idle,
          .silence = deadline + reading_bounds.silence};
}

}  // namespace

class Readers::Queue {
 public:
  Queue(std::size_t bound, std::atomic<std::int64_t>* depth) : depth_(depth), waiting_(bound) {}

  void put(std::unique_ptr<ReadJob> job) {
    std::unique_lock lock(mutex_);
    if (stopping_) {
      lock.unlock();
      return job->done(store_unavailable());
    }
    job->trace.queued();
    auto const account = job->account();
    auto const now = Clock::now();
    auto const displaced = waiting_.put(account, {std::move(job), now}, now);
    tell_depth();
    lock.unlock();
    filled_.notify_one();
    if (displaced) displaced->job->done(store_overloaded());
  }

  /// Empty: all is over.
  std::vector<Waiting> take(std::size_t at_most, std::size_t share) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    auto taken = waiting_.take(at_most, share);
    for (auto& waiting : taken) waiting.job->trace.begin();
    tell_depth();
    return taken;
  }

  void stop() {
    {
      std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    filled_.notify_all();
  }

 private:
  void tell_depth() {
    if (depth_ != nullptr)
      depth_->store(static_cast<std::int64_t>(waiting_.size()), std::memory_order_relaxed);
  }

  std::atomic<std::int64_t>* const depth_;
  std::mutex mutex_;
  std::condition_variable filled_;
  FairQueue<Waiting> waiting_;
  bool stopping_ = false;
};

Readers::Readers(ReaderBounds const& bounds, Endpoint const& endpoint, DigitIndexes& indexes,
                 StoreCounters& counters, Trouble& trouble, FailureLog const& log)
    : bounds_(bounds),
      endpoint_(endpoint),
      indexes_(indexes),
      trouble_(trouble),
      log_(log),
      bounded_(std::make_unique<Queue>(max_queued_bounded, nullptr)),
      unbounded_(std::make_unique<Queue>(max_queued_unbounded, &counters.read_queue_depth)) {
  for (unsigned i = 0; i < std::max(bounds.readers, 1U); ++i)
    bounded_threads_.emplace_back([this] { serve_bounded(); });
  for (std::size_t i = 0; i < searchers; ++i) unbounded_threads_.emplace_back([this] { serve_unbounded(); });
}

Readers::~Readers() { stop(); }

void Readers::queue_bounded(std::unique_ptr<ReadJob> job) { bounded_->put(std::move(job)); }
void Readers::queue_unbounded(std::unique_ptr<ReadJob> job) { unbounded_->put(std::move(job)); }

void Readers::stop() {
  {
    std::scoped_lock lock(walkers_mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  stops_at_ = Clock::now() + stop_patience;
  walker_came_back_.notify_all();
  // A bounded read may turn out to be an unbounded one.
  bounded_->stop();
  for (auto& thread : bounded_threads_) thread.join();
  unbounded_->stop();
  for (auto& thread : unbounded_threads_) thread.join();
  std::unique_lock lock(walkers_mutex_);
  walker_came_back_.wait(lock, [this] { return walkers_in_use_ == 0; });
  idle_walkers_.clear();
}

// -- Bounded reads ------------------------------------------------------------------------------------------

void Readers::serve_bounded() {
  Link link(endpoint_, reading_bounds);
  IdleFibers fibers;
  for (;;) {
    auto jobs = bounded_->take(max_batch, share);
    if (jobs.empty()) return;
    run_bounded(link, fibers, jobs);
  }
}

bool Readers::goes_on(Waiting const& waiting) const {
  return Clock::now() < std::min(waiting.since + bounds_.patience, stops_at_.load(std::memory_order_relaxed));
}

/// Accounts take turns: whoever is in front need not have waited longest.
Readers::Waiting const& Readers::oldest_of(std::span<Waiting const> jobs) {
  return *std::ranges::min_element(jobs, {}, &Waiting::since);
}

/// Until each is answered.
void Readers::run_bounded(Link& link, IdleFibers& fibers, std::vector<Waiting>& jobs) {
  bool apart = false;
  for (;;) {
    std::erase_if(jobs, [](Waiting const& waiting) { return !waiting.job; });
    if (jobs.empty()) return;
    std::span<Waiting> const next(jobs.data(), apart ? 1 : jobs.size());
    std::optional<Error> error;
    try {
      run_in_one_snapshot(link, fibers, next);
      trouble_.clear();
      continue;
    } catch (ConnectionLost const& lost) {
      link.drop();
      if (goes_on(oldest_of(jobs))) continue;
      trouble_.set(lost.what());
      error = store_unavailable();
    } catch (StatementRefused const& refusal) {
      if (next.size() > 1) {  // it is not known whose statement it was
        apart = true;
        continue;
      }
      log_.tell(std::string("read failed: ") + refusal.what());
      error = refusal.why == StatementRefused::Why::bug ? something_went_wrong() : store_unavailable();
    }
    for (auto& waiting : next)
      if (waiting.job) tell(waiting, error);
  }
}

void Readers::run_in_one_snapshot(Link& link, IdleFibers& fibers, std::span<Waiting> jobs) {
  auto& db = link.open_while([&] { return goes_on(oldest_of(jobs)); });
  db.queue(begin_snapshot);
  Batch batch(db, fibers, Session::Purpose::reads);
  batch.run(
      jobs.size(),
      [&](std::size_t job, Session& session) {
        session.trace_statements(jobs[job].job->trace.place());
        OpenBooks const open(session, indexes_);
        jobs[job].job->run(open.books);
      },
      [&](std::size_t job, std::exception_ptr thrown) { answer(jobs[job], std::move(thrown)); });
  batch.send_rest();
  // Nobody waits for its answer: it comes along with the next snapshot's.
  db.queue(end_snapshot);
  db.send_on();
}

/// A job that is not answered runs again, in another snapshot.
void Readers::answer(Waiting& waiting, std::exception_ptr thrown) {
  std::optional<Error> error;
  if (thrown) {
    std::string detail;
    bool again = false;
    bool builds_index = false;
    error = guarded(
        [&] {
          try {
            std::rethrow_exception(thrown);
          } catch (SnapshotTooOld const&) {
            again = true;
          } catch (IndexNotBuilt const&) {
            builds_index = true;
          }
        },
        detail);
    if (again) return;
    if (builds_index) return unbounded_->put(std::exchange(waiting.job, nullptr));
    log_.tell("read failed: " + detail);
  }
  tell(waiting, std::move(error));
}

// -- Searches and walks -------------------------------------------------------------------------------------

void Readers::serve_unbounded() {
  Link link(endpoint_, searching_bounds(bounds_.read_deadline));
  for (;;) {
    auto taken = unbounded_->take(1, 1);
    if (taken.empty()) return;
    auto error = run_directly(link, *taken[0].job, Clock::now() + bounds_.read_deadline);
    tell(taken[0], std::move(error));
  }
}

void Readers::check_patience(Clock::time_point deadline) const {
  auto const now = Clock::now();
  if (now >= stops_at_.load(std::memory_order_relaxed)) throw ReadGivenUp{ReadGivenUp::Why::store_stops};
  if (now >= deadline) throw ReadGivenUp{ReadGivenUp::Why::took_too_long};
}

std::optional<Error> Readers::run_directly(Link& link, ReadJob& job, Clock::time_point deadline) {
  auto const give_up = Clock::now() + bounds_.patience;
  auto const waits_on = [&] {
    return Clock::now() < std::min(give_up, stops_at_.load(std::memory_order_relaxed));
  };
  std::function<void()> const check = [&] { check_patience(deadline); };
  for (int snapshots = 1;; ++snapshots) {
    Connection* db = nullptr;
    try {
      db = &link.open_while(waits_on);
      db->set_patience(check);
      db->queue(begin_snapshot);
      DirectSession session(*db, check);
      session.trace_statements(job.trace.place());
      OpenBooks const open(session, indexes_);
      job.run(open.books);
      db->queue(end_snapshot);
      db->send_on();
      db->set_patience(nullptr);
      return std::nullopt;
    } catch (ReadGivenUp const& given_up) {
      link.drop();
      return given_up.why == ReadGivenUp::Why::store_stops ? store_unavailable() : read_took_too_long();
    } catch (SnapshotTooOld const&) {
      link.roll_back();
      if (snapshots == max_snapshots) return read_took_too_long();
    } catch (IndexNotBuilt const&) {
      link.roll_back();
      return read_took_too_long();
    } catch (ConnectionLost const& lost) {
      link.drop();
      if (waits_on()) continue;
      trouble_.set(lost.what());
      return store_unavailable();
    } catch (...) {
      std::string detail;
      bool took_too_long = false;
      bool part_away = false;
      auto error = guarded(
          [&] {
            try {
              throw;
            } catch (StatementRefused const& refusal) {
              took_too_long = refusal.why == StatementRefused::Why::took_too_long;
              part_away = refusal.why == StatementRefused::Why::part_away;
              throw;
            }
          },
          detail);
      link.drop();  // whatever state the job left it in
      if (took_too_long) return read_took_too_long();
      log_.tell("read failed: " + detail);
      if (part_away) return store_unavailable();
      return error;
    }
  }
}

std::unique_ptr<Link> Readers::take_walker(std::optional<Error>& error) {
  std::unique_lock lock(walkers_mutex_);
  auto const may_go = [this] { return stopping_ || walkers_in_use_ < std::max(bounds_.walkers, 1U); };
  if (!may_go()) {
    endpoint_.counters.pool_waits.fetch_add(1, std::memory_order_relaxed);
    auto const since = Clock::now();
    bool const came = walker_came_back_.wait_for(lock, walk_patience, may_go);
    auto const waited = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - since);
    endpoint_.counters.pool_wait_microseconds.fetch_add(static_cast<std::uint64_t>(waited.count()),
                                                        std::memory_order_relaxed);
    if (!came) error = store_overloaded();
  }
  if (stopping_) error = store_unavailable();
  if (error) return nullptr;
  ++walkers_in_use_;
  endpoint_.counters.connections_in_use.store(walkers_in_use_, std::memory_order_relaxed);
  if (idle_walkers_.empty()) return std::make_unique<Link>(endpoint_, walking_bounds);
  auto link = std::move(idle_walkers_.back());
  idle_walkers_.pop_back();
  return link;
}

void Readers::put_back_walker(std::unique_ptr<Link> link) {
  {
    std::scoped_lock lock(walkers_mutex_);
    --walkers_in_use_;
    endpoint_.counters.connections_in_use.store(walkers_in_use_, std::memory_order_relaxed);
    idle_walkers_.push_back(std::move(link));
    walker_came_back_.notify_all();  // under the mutex: whoever stops may destroy this at once
  }
}

void Readers::walk_here(ReadJob& job) {
  std::optional<Error> error;
  auto link = take_walker(error);
  if (link) {
    job.trace.begin();
    error = run_directly(*link, job, Clock::time_point::max());
    put_back_walker(std::move(link));
  }
  job.trace.end(error.has_value());
  job.done(std::move(error));
}

}  // namespace linebook::postgres
