// Copies every commit of a store to a second directory (ADR 19). The writer hands the pages of each commit
// over; a thread of this class's own looks after the rest: it begins where an earlier process ended, copies
// the whole database where that cannot be gone on from, removes what is too old, and comes back after
// failures.
//
// Sync: take() is through once the commit is durable here, and without the replica nothing may be committed.
// Else: commits wait in memory, at most queue_bytes of them, and a replica that fails costs nothing but its
// lag.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/ports/safekeeping.h"
#include "base/result.h"
#include "store/jobs/failure_log.h"
#include "store/sqlite/replica/replica_format.h"
#include "store/sqlite/replica/replica_options.h"
#include "store/sqlite/replica/timelines.h"

namespace linebook::sqlite {

class Replica {
 public:
  /// Of the database that `database` and `vfs` name.
  Replica(ReplicaOptions, std::string database, std::string vfs, FailureLog const&);
  /// Stops.
  ~Replica();

  // -- The writer's thread

  /// The database's past, its last commit's position, and who is to be called when wants_log() turns true.
  /// The thread starts.
  void start(Timelines, std::uint64_t position, std::uint32_t page_size, std::function<void()> nudge);
  /// Nothing may be committed now, for this reason. Not sync: never.
  std::optional<std::string> refusal();
  /// Go on with a commit that is all of the log.
  bool wants_log() const { return state_.load() == State::wants_log; }
  bool takes_commits() const;
  /// Sync: the commit is durable on return, or here is why it may not be. Position and time are set by the
  /// caller.
  std::optional<std::string> take(ReplicaCommit);
  /// What it is to be given cannot be had: it starts anew.
  std::optional<std::string> leave(std::string const& why);
  /// A commit was made, whether it is taken or not.
  void committed(std::uint64_t position);

  // -- Any thread

  /// Until it follows; or, not sync, until it is known whether it may. An error where the directory holds
  /// what this database does not know, or, sync, cannot be written.
  Result<void> wait_until_ready();
  ReplicaReport report() const;
  /// What was taken is written; then nothing is taken any more.
  void stop();

 private:
  enum class State {
    away,       // not written to; tried again and again
    wants_log,  // the directory was looked at: where it goes on depends on the log
    settles,    // has the log, and, sync, copies a base
    follows,
  };
  struct Found;
  struct BaseCopy;

  void run();
  bool wait_for_work();
  void attach();
  Found look_around();
  void refuse_strangers(Found const&) const;
  void take_from_queue();
  void settle(ReplicaCommit const&);
  void open_segment(std::uint64_t position, std::uint64_t link);
  void write(ReplicaCommit const&);
  void sync();
  void rotate_where_due(std::uint64_t position);
  void copy_base_where_due();
  bool is_base_due();
  void begin_base();
  void finish_base();
  void prune_where_due();
  void keep_up();
  void follow();
  void detach(std::string why, bool is_refused = false);

  ReplicaOptions const options_;
  std::string const database_;
  std::string const vfs_;
  FailureLog const& log_;
  std::uint64_t const installation_;
  std::uint32_t page_size_ = 0;
  std::function<void()> nudge_;
  Timelines past_;

  std::atomic<State> state_{State::away};
  std::atomic<std::uint64_t> committed_{0};
  std::atomic<std::uint64_t> durable_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> bytes_{0};

  // The files. Its own thread, but for a sync replica that follows: then the writer's appends too.
  std::mutex files_mutex_;
  std::shared_ptr<ReplicaDirectory> directory_;
  std::unique_ptr<Found> found_;
  std::uint64_t generation_ = 0;
  std::unique_ptr<ReplicaSegment> segment_;
  Instant segment_began_;
  std::uint64_t last_position_ = 0;
  std::optional<std::uint64_t>
      base_from_;  // position of the log's first commit that is not in the database file
  std::uint64_t log_bytes_since_base_ = 0;
  Instant last_base_;
  std::optional<std::uint64_t> newest_base_from_;  // of this generation's bases
  bool is_doubtful_ = false;                       // a sync failed: what was written then is unknown
  bool was_attached_ = false;

  // Its own thread.
  std::unique_ptr<BaseCopy> base_;
  Instant last_pruning_;
  Instant next_base_attempt_;
  bool is_upkeep_failing_ = false;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable settled_;
  std::deque<ReplicaCommit> queue_;
  std::uint64_t queue_bytes_ = 0;
  std::optional<Instant> oldest_uncopied_;
  Instant last_time_;  // of a commit
  bool is_first_attempt_ = true;
  std::optional<std::string> trouble_;
  bool is_refused_ = false;
  std::uint64_t failures_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook::sqlite
