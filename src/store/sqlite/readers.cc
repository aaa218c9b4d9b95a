#include "store/sqlite/readers.h"

#include <algorithm>
#include <utility>

#include "store/sqlite/open_books.h"

namespace linebook::sqlite {
namespace {

// How many of SQLite's steps lie between two looks at the clock: some tens of microseconds.
constexpr int steps_between_looks = 1000;

// A page of what there is most of takes some ten thousand steps; this many, a few milliseconds.
constexpr int looks_while_brief = 60;

// A commit that a search index has heard of becomes visible within moments.
constexpr int max_attempts = 1000;
constexpr std::chrono::microseconds moment_between_attempts{200};

constexpr Statement begin_snapshot{"begin_snapshot", "BEGIN"};
constexpr Statement end_snapshot{"end_snapshot", "COMMIT"};

std::uint64_t next_store_id() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

/// One thread's connection. The thread owns it and store and thread may end in either order, so both hold the
/// slot and its mutex guards what is inside; but for let_go() and stop() nobody ever contends for it.
struct Readers::Slot {
  /// The job that runs on the connection just now.
  struct Run {
    Clock::time_point deadline;
    std::atomic<Clock::time_point> const& stops_at;
    Pace pace;
    int looks = 0;
    GivenUp given_up = GivenUp::no;
  };

  std::mutex mutex;
  std::unique_ptr<Connection> db;
  std::unique_ptr<OpenBooks> books;
  Run* run = nullptr;
  bool snapshot_open = false;
  std::uint64_t snapshot_of = 0;  // CommitSequence::commits just before it was taken
  std::atomic<bool> closed{false};

  ~Slot() { close(); }

  /// Under the mutex, but for a slot that nobody holds any more.
  void close() {
    snapshot_open = false;
    books.reset();
    db.reset();
    closed = true;
  }

  /// Under the mutex.
  void open(std::string const& path, std::string const& vfs, DigitIndexes& indexes,
            SlowStatements const& slow) {
    db = std::make_unique<Connection>(path, Access::read_only, vfs);
    db->watch_slowness(&slow);
    books = std::make_unique<OpenBooks>(*db, indexes);
    sqlite3_progress_handler(db->handle(), steps_between_looks, &Slot::is_to_be_given_up, this);
  }

  /// SQLite asks this on the thread that runs the job; anything but 0 ends the statement.
  static int is_to_be_given_up(void* self) {
    auto* const run = static_cast<Slot*>(self)->run;
    if (run == nullptr) return 0;  // taking or leaving a snapshot, which is quick and must not fail
    auto const now = Clock::now();
    if (now >= run->stops_at.load(std::memory_order_relaxed))
      run->given_up = GivenUp::store_stops;
    else if (now >= run->deadline)
      run->given_up = GivenUp::took_too_long;
    else if (++run->looks > looks_while_brief && run->pace == Pace::brief)
      run->given_up = GivenUp::not_brief;
    return run->given_up == GivenUp::no ? 0 : 1;
  }

  /// Under the mutex. Throws what the job throws.
  GivenUp run_job(ReadJob& job, Clock::time_point deadline, std::atomic<Clock::time_point> const& stops_at,
                  Pace pace) {
    Run now{deadline, stops_at, pace};
    struct Running {
      explicit Running(Slot& s, Run& r) : slot(s) { slot.run = &r; }
      ~Running() {
        slot.run = nullptr;
        slot.db->trace_statements();
      }
      Slot& slot;
    } const running(*this, now);
    try {
      db->trace_statements(job.trace.place());
      job.run(books->books);
    } catch (...) {
      if (now.given_up == GivenUp::no) throw;
    }
    return now.given_up;
  }

  /// Whatever state a failure left the connection in, the next read opens another.
  void start_over() {
    std::scoped_lock lock(mutex);
    snapshot_open = false;
    books.reset();
    db.reset();
  }

  /// Under the mutex, as are the following.
  void let_go() {
    if (!std::exchange(snapshot_open, false)) return;
    Query(*db, end_snapshot).run();
  }

  void take_snapshot(std::uint64_t commits) {
    if (snapshot_open && snapshot_of == commits) return;
    let_go();
    Query(*db, begin_snapshot).run();
    snapshot_open = true;
    snapshot_of = commits;
  }
};

namespace {

/// The slots of the calling thread, one for each store it has read. Few, so a list is quickest.
template <class Slot>
std::vector<std::pair<std::uint64_t, std::shared_ptr<Slot>>>& slots_of_thread() {
  thread_local std::vector<std::pair<std::uint64_t, std::shared_ptr<Slot>>> slots;
  return slots;
}

}  // namespace

Readers::Readers(std::string path, std::string vfs, std::chrono::milliseconds unbounded_deadline,
                 CommitSequence const& sequence, DigitIndexes& indexes, StoreCounters& counters,
                 FailureLog const& log, SlowStatements const& slow)
    : path_(std::move(path)),
      vfs_(std::move(vfs)),
      id_(next_store_id()),
      unbounded_deadline_(unbounded_deadline),
      sequence_(sequence),
      indexes_(indexes),
      counters_(counters),
      log_(log),
      slow_(slow) {
  for (std::size_t i = 0; i < pool_threads; ++i) pool_.emplace_back([this] { serve_queue(); });
}

Readers::~Readers() { stop(); }

std::shared_ptr<Readers::Slot> Readers::slot_of_this_thread() {
  auto& mine = slots_of_thread<Slot>();
  for (auto const& [store, slot] : mine)
    if (store == id_) return slot;
  std::erase_if(mine, [](auto const& entry) { return entry.second->closed.load(); });
  auto slot = std::make_shared<Slot>();
  {
    std::scoped_lock lock(slots_mutex_);
    std::erase_if(slots_, [](auto const& known) { return known.expired(); });
    if (slots_closed_) slot->closed = true;
    slots_.push_back(slot);
  }
  mine.emplace_back(id_, slot);
  return slot;
}

Readers::GivenUp Readers::run_on_snapshot(Slot& slot, ReadJob& job, Clock::time_point deadline, Pace pace) {
  slot.books->search.when_absent(pace == Pace::brief ? WhenAbsent::fail : WhenAbsent::build);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    // Read before the snapshot is taken: at worst the snapshot is newer than what it claims to be.
    slot.take_snapshot(sequence_.commits.load(std::memory_order_acquire));
    try {
      return slot.run_job(job, deadline, stops_at_, pace);
    } catch (SnapshotTooOld const&) {
      slot.let_go();
      std::this_thread::sleep_for(moment_between_attempts);
    } catch (IndexNotBuilt const&) {
      return pace == Pace::brief ? GivenUp::not_brief : GivenUp::took_too_long;
    }
  }
  return GivenUp::took_too_long;
}

Readers::Outcome Readers::run_in(Slot& slot, ReadJob& job, Clock::time_point deadline, Pace pace) {
  auto given_up = GivenUp::no;
  job.trace.begin();
  std::string detail;
  auto error = guarded(
      [&] {
        std::scoped_lock lock(slot.mutex);
        if (slot.closed) {
          given_up = GivenUp::store_stops;
          return;
        }
        if (!slot.db) slot.open(path_, vfs_, indexes_, slow_);
        given_up = run_on_snapshot(slot, job, deadline, pace);
      },
      detail);
  if (given_up == GivenUp::not_brief) return {.not_brief = true};
  if (given_up == GivenUp::took_too_long) return {read_took_too_long()};
  if (given_up == GivenUp::store_stops) return {store_unavailable()};
  if (!error) return {};
  log_.tell("read failed: " + detail);
  if (error->code == ErrorCode::unavailable) slot.start_over();
  return {std::move(error)};
}

void Readers::run_here(std::unique_ptr<ReadJob> job) {
  auto const slot = slot_of_this_thread();
  auto outcome = run_in(*slot, *job, Clock::time_point::max(), Pace::brief);
  if (outcome.not_brief) return queue(std::move(job));
  job->trace.end(outcome.error.has_value());
  job->done(std::move(outcome.error));
}

void Readers::walk_here(ReadJob& job) {
  auto const slot = slot_of_this_thread();
  auto outcome = run_in(*slot, job, Clock::time_point::max(), Pace::any);
  rest();  // before the answer: an old snapshot keeps the log from being reset
  job.trace.end(outcome.error.has_value());
  job.done(std::move(outcome.error));
}

void Readers::rest() {
  for (auto const& [store, slot] : slots_of_thread<Slot>()) {
    if (store != id_) continue;
    std::string detail;
    auto const error = guarded(
        [&] {
          std::scoped_lock lock(slot->mutex);
          slot->let_go();
        },
        detail);
    if (error) log_.tell("letting go of a snapshot failed: " + detail);
  }
}

void Readers::let_go() {
  std::vector<std::shared_ptr<Slot>> live;
  {
    std::scoped_lock lock(slots_mutex_);
    for (auto const& known : slots_)
      if (auto slot = known.lock()) live.push_back(std::move(slot));
  }
  for (auto const& slot : live) {
    std::unique_lock lock(slot->mutex, std::try_to_lock);
    if (!lock) continue;
    std::string detail;
    if (guarded([&] { slot->let_go(); }, detail)) log_.tell("letting go of a snapshot failed: " + detail);
  }
}

void Readers::queue(std::unique_ptr<ReadJob> job) {
  std::unique_lock lock(queue_mutex_);
  if (stopping_) {
    lock.unlock();
    return job->done(store_unavailable());
  }
  job->trace.queued();
  auto const account = job->account();
  auto const displaced = queue_.put(account, std::move(job));
  counters_.read_queue_depth.store(static_cast<std::int64_t>(queue_.size()), std::memory_order_relaxed);
  lock.unlock();
  queue_filled_.notify_one();
  if (displaced) (*displaced)->done(store_overloaded());
}

void Readers::serve_queue() {
  for (;;) {
    std::unique_ptr<ReadJob> job;
    {
      std::unique_lock lock(queue_mutex_);
      queue_filled_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.take(1, 1).front());
      counters_.read_queue_depth.store(static_cast<std::int64_t>(queue_.size()), std::memory_order_relaxed);
    }
    auto const slot = slot_of_this_thread();
    auto outcome = run_in(*slot, *job, Clock::now() + unbounded_deadline_, Pace::any);
    rest();  // before the answer, as after a walk
    job->trace.end(outcome.error.has_value());
    job->done(std::move(outcome.error));
  }
}

void Readers::stop() {
  {
    std::scoped_lock lock(queue_mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  stops_at_ = Clock::now() + stop_patience;
  queue_filled_.notify_all();
  for (auto& thread : pool_) thread.join();
  pool_.clear();
  std::vector<std::shared_ptr<Slot>> live;
  {
    std::scoped_lock lock(slots_mutex_);
    slots_closed_ = true;
    for (auto const& known : slots_)
      if (auto slot = known.lock()) live.push_back(std::move(slot));
  }
  for (auto const& slot : live) {
    std::scoped_lock lock(slot->mutex);
    slot->close();
  }
}

}  // namespace linebook::sqlite
