// How often each named statement was run in a store, and for how long. What took long goes to the log by its
// name; parameters never do.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/jobs/slow_statements.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/statement.h"

namespace linebook::postgres {

class StatementCounts {
 public:
  struct Count {
    std::atomic<std::uint64_t> calls{0};
    std::atomic<std::uint64_t> microseconds{0};
  };

  explicit StatementCounts(SlowStatements const& slow) : slow_(slow) {}

  /// The count of a statement, for as long as this lives. Any thread, as are the following.
  Count& of(Statement const&);
  /// Of a connection: statements whose answers came together, and how long the server took for all of them.
  void add(std::span<std::pair<Statement const*, Count*> const>,
           std::chrono::steady_clock::duration took) const;
  std::vector<StatementCount> all() const;

 private:
  SlowStatements const& slow_;
  mutable std::mutex mutex_;
  std::unordered_map<Statement const*, std::unique_ptr<Count>> counts_;
};

}  // namespace linebook::postgres
