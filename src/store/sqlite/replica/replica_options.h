// How a store is copied while it works.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/instant.h"
#include "store/sqlite/replica/replica_directory.h"

namespace linebook {

struct ReplicaOptions {
  std::string path;     // as messages name it
  bool is_sync = true;  // a commit is in the replica before it is acknowledged; else within a second after
  std::chrono::milliseconds keep = std::chrono::hours(72);
  std::string installation;  // its master key's fingerprint
  std::function<std::unique_ptr<sqlite::ReplicaDirectory>(sqlite::ReplicaUse)> open;
  std::function<Instant()> now;

  std::uint64_t segment_bytes = 16u << 20;
  std::chrono::milliseconds segment_age = std::chrono::hours(1);
  /// A new base when so much was logged since the last, or as much as the database has, where that is more.
  std::uint64_t log_bytes_a_base = 256u << 20;
  std::chrono::milliseconds base_age = std::chrono::hours(24);
  std::uint64_t queue_bytes = 64u << 20;  // not sync: what waits at most
  std::chrono::milliseconds retry_interval{1000};
};

}  // namespace linebook
