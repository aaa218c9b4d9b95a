#include "store/postgres/statement_counts.h"

#include <fmt/format.h>

#include <algorithm>

namespace linebook::postgres {

StatementCounts::Count& StatementCounts::of(Statement const& statement) {
  std::scoped_lock lock(mutex_);
  auto& count = counts_[&statement];
  if (!count) count = std::make_unique<Count>();
  return *count;
}

void StatementCounts::add(Statement const& statement, Count& count,
                          std::chrono::steady_clock::duration took) const {
  count.calls.fetch_add(1, std::memory_order_relaxed);
  auto const microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took);
  count.microseconds.fetch_add(static_cast<std::uint64_t>(microseconds.count()), std::memory_order_relaxed);
  if (took >= slow)
    log_.tell(fmt::format("slow statement: {} took {} ms", statement.name, microseconds.count() / 1000));
}

std::vector<StatementCount> StatementCounts::all() const {
  std::vector<StatementCount> all;
  {
    std::scoped_lock lock(mutex_);
    all.reserve(counts_.size());
    for (auto const& [statement, count] : counts_)
      all.push_back({statement->name, count->calls.load(std::memory_order_relaxed),
                     count->microseconds.load(std::memory_order_relaxed)});
  }
  std::ranges::sort(all, {}, &StatementCount::name);
  return all;
}

}  // namespace linebook::postgres
