#include "store/postgres/statement_counts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace linebook::postgres {

StatementCounts::Count& StatementCounts::of(Statement const& statement) {
  std::scoped_lock lock(mutex_);
  auto& count = counts_[&statement];
  if (!count) count = std::make_unique<Count>();
  return *count;
}

void StatementCounts::add(std::span<std::pair<Statement const*, Count*> const> statements,
                          std::chrono::steady_clock::duration took) const {
  auto const microseconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  auto const share = microseconds / statements.size();
  for (auto const& [_, count] : statements) {
    count->calls.fetch_add(1, std::memory_order_relaxed);
    count->microseconds.fetch_add(share, std::memory_order_relaxed);
  }
  if (!slow_.is_slow(took)) return;
  std::set<std::string_view> names;
  for (auto const& [statement, _] : statements) names.insert(statement->name);
  slow_.check(fmt::format("{}", fmt::join(names, ", ")), took);
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
