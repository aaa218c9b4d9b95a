// The database server behind a store that has one, as an operator asks about it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace linebook {

/// How often a named statement was run, and for how long in all.
struct StatementTime {
  std::string_view name;
  std::uint64_t calls = 0;
  std::uint64_t microseconds = 0;
};

/// Since this node started, but for what is now.
struct DatabaseReport {
  int schema_version = 0;
  std::int64_t connections = 0;  // the most that this node opens
  std::int64_t connections_in_use = 0;
  std::uint64_t connections_opened = 0;
  std::uint64_t connection_failures = 0;
  std::uint64_t pool_waits = 0;
  std::uint64_t pool_wait_microseconds = 0;
  std::uint64_t round_trips = 0;
  std::uint64_t retries = 0;            // batches that were run again
  std::uint64_t jobs_run_apart = 0;     // out of batches that did not go together
  std::uint64_t commits_looked_up = 0;  // whose answer was lost
  std::vector<StatementTime> statements;
};

class DatabaseServer {
 public:
  virtual ~DatabaseServer() = default;
  /// Any thread. Asks the server nothing.
  virtual DatabaseReport report() const = 0;
};

}  // namespace linebook
