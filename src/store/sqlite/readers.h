// Reads. Bounded ones run on the calling thread, on that thread's own read-only connection, inside a read
// transaction that stays open from one read to the next while nothing is committed; one that turns out to be
// long, or to need a search index that is not built yet, starts again as if it were unbounded. Long walks run
// there too, but let go of their snapshot at once. Unbounded reads run on a small pool of threads, each
// within a deadline: few threads serve every account.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/ports/store.h"
#include "store/jobs/failure_log.h"
#include "store/jobs/fair_queue.h"
#include "store/jobs/slow_statements.h"
#include "store/search/digit_indexes.h"
#include "store/sqlite/commit_sequence.h"

namespace linebook::sqlite {

class Readers {
 public:
  static constexpr std::size_t pool_threads = 2;
  static constexpr std::size_t max_queued = 1024;  // unbounded reads that wait; beyond it: overloaded

  /// How long reads go on once the store is told to stop. The service has ten seconds to end in, and spends
  /// most of them on its clients.
  static constexpr std::chrono::milliseconds stop_patience{1000};

  using Clock = std::chrono::steady_clock;

  /// An unbounded read that runs for longer than `unbounded_deadline` is given up.
  Readers(std::string path, std::string vfs, std::chrono::milliseconds unbounded_deadline,
          CommitSequence const&, DigitIndexes&, StoreCounters&, FailureLog const&, SlowStatements const&);
  ~Readers();

  void run_here(std::unique_ptr<ReadJob>);
  void walk_here(ReadJob&);
  void queue(std::unique_ptr<ReadJob>);
  /// Lets go of the calling thread's snapshot.
  void rest();
  /// Lets go of every snapshot that no read is using just now, so that the log can be reset. Any thread.
  void let_go();
  /// Answers what waits, within stop_patience, then closes every connection. Whatever comes later is answered
  /// `unavailable`.
  void stop();

 private:
  struct Slot;
  /// Whether a job may keep its thread for as long as it needs.
  enum class Pace { brief, any };
  enum class GivenUp { no, took_too_long, store_stops, not_brief };
  struct Outcome {
    std::optional<Error> error = {};
    bool not_brief = false;  // the job is to be run again, at any pace
  };
  std::shared_ptr<Slot> slot_of_this_thread();
  Outcome run_in(Slot&, ReadJob&, Clock::time_point deadline, Pace);
  /// Under the slot's mutex.
  GivenUp run_on_snapshot(Slot&, ReadJob&, Clock::time_point deadline, Pace);
  void serve_queue();

  std::string const path_;
  std::string const vfs_;
  std::uint64_t const id_;  // tells this store from others that a thread has read
  std::chrono::milliseconds const unbounded_deadline_;
  CommitSequence const& sequence_;
  DigitIndexes& indexes_;
  StoreCounters& counters_;
  FailureLog const& log_;
  SlowStatements const& slow_;
  std::atomic<Clock::time_point> stops_at_{Clock::time_point::max()};  // when every read is given up

  std::mutex slots_mutex_;
  bool slots_closed_ = false;
  std::vector<std::weak_ptr<Slot>> slots_;

  std::mutex queue_mutex_;
  std::condition_variable queue_filled_;
  FairQueue<std::unique_ptr<ReadJob>> queue_{max_queued};
  bool stopping_ = false;
  std::vector<std::thread> pool_;
};

}  // namespace linebook::sqlite
