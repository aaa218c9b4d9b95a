#include "linebook/ulid_ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

namespace linebook {
namespace {

TEST(UlidIds, SortInTheOrderTheyWereMadeWhateverTheClockDoes) {
  UlidIds ids;
  std::string last;
  for (std::int64_t at : {1'000, 1'000, 1'000, 999, 5, 1'001, 1'001, 2'000}) {
    auto id = ids.next("phn_", Instant{at});
    EXPECT_EQ(id.size(), 4u + 26u);
    EXPECT_TRUE(id.starts_with("phn_"));
    EXPECT_GT(id, last);
    last = id;
  }
}

TEST(UlidIds, NeverRepeatAcrossThreads) {
  UlidIds ids;
  constexpr int threads = 4;
  constexpr int each = 20'000;
  std::vector<std::vector<std::string>> made(threads);
  {
    std::vector<std::jthread> running;
    for (auto& mine : made)
      running.emplace_back([&ids, &mine] {
        for (int i = 0; i < each; ++i) mine.push_back(ids.next("x_", Instant{i / 1000}));
      });
  }
  std::set<std::string> all;
  for (auto const& mine : made) {
    EXPECT_TRUE(std::ranges::is_sorted(mine));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), static_cast<std::size_t>(threads * each));
}

}  // namespace
}  // namespace linebook
