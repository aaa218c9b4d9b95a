// The writer's side of a replica: numbers its commits, in the database itself, and hands over the pages of
// each as the write-ahead log has them. The writer's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "store/sqlite/connection.h"
#include "store/sqlite/replica/replica.h"

namespace linebook::sqlite {

class ReplicaFeed {
 public:
  /// Begins a timeline where the database has, or had, a replica: a commit. `replica` may be null.
  ReplicaFeed(Connection&, Replica* replica);

  /// As the log is now, with that timeline: the replica starts.
  void start(int log_pages, std::function<void()> nudge);

  /// Around each of the writer's transactions that is to be committed, but where there is no replica.
  void begun();
  void before_commit();
  /// Sync: why it may not be acknowledged. `log_pages` as SQLite told them.
  std::optional<std::string> after_commit(int log_pages);

  /// Why nothing may be committed now.
  std::optional<std::string> refusal() { return replica_ == nullptr ? std::nullopt : replica_->refusal(); }
  bool wants_log() const { return replica_ != nullptr && replica_->wants_log(); }
  void give_log();

 private:
  std::uint64_t log_salts();
  ReplicaCommit read_frames(int first, int last);
  void begin_timeline();

  Connection& db_;
  Replica* const replica_;
  std::uint32_t page_size_ = 0;
  Timelines past_;
  std::uint64_t timeline_ = 0;
  std::uint64_t position_ = 0;
  bool is_stamped_ = false;  // the transaction at work moves the position
  std::int64_t changes_at_begin_ = 0;

  std::uint64_t salts_ = 0;
  int commits_read_ = 0;
  int frames_ = 0;  // of the log, up to the last commit
  std::optional<std::uint64_t> log_starts_after_;
};

}  // namespace linebook::sqlite
