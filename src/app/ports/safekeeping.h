// Copies of the books that are made by themselves, as an operator asks about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"

namespace linebook {

struct BackupsReport {
  std::optional<Instant> last;  // when the newest that is whole was begun
  std::int64_t last_bytes = 0;
  std::int64_t kept = 0;
  std::uint64_t made = 0;  // by this process, as the next
  std::uint64_t failures = 0;
  std::optional<std::string> trouble = {};  // why the last attempt failed, in words for the operator
};

struct ReplicaReport {
  bool is_sync = false;               // a write is acknowledged once it is in the replica, too
  std::int64_t lag_milliseconds = 0;  // age of the oldest commit that is not in it; 0: all are
  std::uint64_t lag_commits = 0;
  std::uint64_t queued_bytes = 0;
  std::uint64_t commits = 0;  // copied by this process
  std::uint64_t bytes = 0;    // written to it by this process
  std::uint64_t failures = 0;
  std::optional<std::string> trouble = {};  // why it is not being written, in words for the operator
};

/// What a store knows of its replica.
class ReplicaWatch {
 public:
  virtual ~ReplicaWatch() = default;
  /// Any thread. Nothing where there is none.
  virtual std::optional<ReplicaReport> replica() const = 0;
};

class Safekeeping : public ReplicaWatch {
 public:
  /// Any thread. Nothing where none are made.
  virtual std::optional<BackupsReport> backups() const = 0;
};

}  // namespace linebook
