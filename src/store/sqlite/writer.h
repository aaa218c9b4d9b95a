// The one thread that writes and checkpoints. It takes whatever jobs wait, runs them in one transaction,
// commits once, and only then answers them all (group commit). No timer gathers jobs: one that comes alone
// commits at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/ports/store.h"
#include "store/jobs/count_batch.h"
#include "store/jobs/failure_log.h"
#include "store/jobs/fair_queue.h"
#include "store/sqlite/checkpoint_bounds.h"
#include "store/sqlite/commit_sequence.h"
#include "store/sqlite/open_books.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/replica/replica_feed.h"

namespace linebook::sqlite {

class Writer {
 public:
  static constexpr std::size_t max_queued = 8192;  // jobs that wait; beyond it: overloaded
  static constexpr std::size_t max_batch = 128;    // jobs a transaction
  static constexpr std::size_t share = 32;         // of these, an account's that is not alone

  static constexpr std::chrono::milliseconds idle_moment{5};  // after which the log may be copied over
  // While writing fails, this often a small write finds out whether it works again.
  static constexpr std::chrono::milliseconds probe_interval{500};

  /// `replica` may be null.
  Writer(std::unique_ptr<Connection>, CheckpointBounds, CommitSequence&, DigitIndexes&, Readers&,
         StoreCounters&, Replica* replica, FailureLog const&);
  ~Writer();

  /// Any thread.
  void queue(std::unique_ptr<WriteJob>);
  std::optional<std::string> trouble() const;

  /// Runs and answers what waits; jobs that come later are answered `unavailable`.
  void stop();
  /// Copies the log over, truncates it and closes. After stop(), when nobody reads any more.
  void close();

 private:
  using Jobs = std::vector<std::unique_ptr<WriteJob>>;
  using Outcomes = std::vector<std::optional<Error>>;

  void serve_queue();
  /// Waits for jobs. Empty: there was a moment to look after the log, or after what failed; or all is over.
  Jobs take_batch();
  std::optional<std::chrono::milliseconds> patience() const;

  void run_batch(Jobs&);
  void begin();
  bool run_together(Jobs&);
  void run_apart(Jobs&, Outcomes&);
  /// Tells the digit indexes what is about to be committed, so that no search can see it and not find it.
  void announce_number_changes();
  void retract_number_changes();
  std::optional<Error> run_job(WriteJob&);
  void roll_back();

  /// A file that was replaced or removed under the store takes every later write with it: like after a failed
  /// fsync, to go on would be to lie.
  void stop_where_file_is_gone() const;
  void remember_log_size(int pages);
  void checkpoint();
  /// While the log cannot be copied over it stops at its bound: further pages would take the very space that
  /// copying waits for.
  bool is_log_stuck() const { return checkpoint_failure_ && log_pages_ >= bounds_.busy_pages; }
  void refuse(Jobs&, std::optional<std::string> const& why);
  void probe();
  void set_trouble(std::optional<std::string>);

  std::unique_ptr<Connection> db_;
  OpenBooks open_;
  CheckpointBounds const bounds_;
  CommitSequence& sequence_;
  DigitIndexes& indexes_;
  std::vector<std::pair<AccountId, std::int64_t>> announced_;  // accounts and their ledgers' heads
  Readers& readers_;
  StoreCounters& counters_;
  FailureLog const& log_;
  std::optional<ReplicaFeed> replica_;

  int log_pages_ = 0;                              // in the log, as the last commit told
  bool log_grew_ = false;                          // by the commit just made
  int checkpointed_pages_ = 0;                     // of these, already in the database file
  std::optional<std::string> checkpoint_failure_;  // of the last attempt

  mutable std::mutex trouble_mutex_;
  std::optional<std::string> trouble_;
  bool troubled_ = false;  // the same for the writer's own eyes

  std::mutex queue_mutex_;
  std::condition_variable queue_filled_;
  FairQueue<std::unique_ptr<WriteJob>> queue_{max_queued};
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook::sqlite
