#include "store/jobs/fair_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace linebook {
namespace {

using Queue = FairQueue<std::string>;

constexpr AccountId flood{1}, second{2}, third{3};
constexpr Queue::Clock::time_point start{std::chrono::hours(1)};

void put(Queue& queue, AccountId account, std::string const& name, int count) {
  for (int i = 1; i <= count; ++i)
    EXPECT_FALSE(queue.put(account, name + std::to_string(i), start)) << "there is room";
}

using Jobs = std::vector<std::string>;

TEST(FairQueue, AnAccountsJobsKeepTheirOrder) {
  Queue queue(10);
  put(queue, flood, "a", 5);
  EXPECT_EQ(queue.take(3, 3, start), (Jobs{"a1", "a2", "a3"}));
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.take(9, 9, start), (Jobs{"a4", "a5"}));
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.take(9, 9, start), Jobs{});
}

TEST(FairQueue, AccountsTakeTurns) {
  Queue queue(100);
  put(queue, flood, "a", 50);
  put(queue, second, "b", 2);
  put(queue, third, "c", 1);
  EXPECT_EQ(queue.take(7, 7, start), (Jobs{"a1", "b1", "c1", "a2", "b2", "a3", "a4"}));
}

TEST(FairQueue, TurnsGoOnFromTakeToTake) {
  Queue queue(100);
  put(queue, flood, "a", 3);
  put(queue, second, "b", 3);
  Jobs taken;
  while (!queue.empty()) taken.push_back(queue.take(1, 1, start).front());
  EXPECT_EQ(taken, (Jobs{"a1", "b1", "a2", "b2", "a3", "b3"}));
}

TEST(FairQueue, WhoIsNotAloneHasAShare) {
  Queue queue(100);
  put(queue, flood, "a", 20);
  EXPECT_EQ(queue.take(8, 2, start).size(), 8U) << "it is alone";
  put(queue, second, "b", 3);
  EXPECT_EQ(queue.take(8, 2, start), (Jobs{"a9", "b1", "a10", "b2"}));
  EXPECT_EQ(queue.take(8, 2, start), (Jobs{"a11", "b3", "a12"})) << "nobody else waits, but may come";
  EXPECT_EQ(queue.take(8, 2, start + std::chrono::milliseconds(900)).size(), 2U);
  EXPECT_EQ(queue.take(2, 2, start + std::chrono::milliseconds(1100)).size(), 2U);
  EXPECT_EQ(queue.take(4, 2, start + std::chrono::milliseconds(2200)).size(), 4U) << "it is alone again";
}

TEST(FairQueue, TheServicesOwnIsNoCompany) {
  Queue queue(100);
  put(queue, {}, "own", 2);
  put(queue, flood, "a", 20);
  EXPECT_EQ(queue.take(8, 2, start), (Jobs{"own1", "a1", "own2", "a2", "a3", "a4", "a5", "a6"}));
}

TEST(FairQueue, WhereItIsFullWhoHasMostGivesWay) {
  Queue queue(4);
  put(queue, flood, "a", 4);
  EXPECT_EQ(queue.put(flood, "a5", start), "a5") << "its own newest";
  EXPECT_EQ(queue.put(second, "b1", start), "a4");
  EXPECT_EQ(queue.put(second, "b2", start), "a3");
  EXPECT_EQ(queue.put(second, "b3", start), "b3") << "it would have more than the other";
  EXPECT_EQ(queue.put(third, "c1", start), "a2");
  EXPECT_EQ(queue.size(), 4U);
  EXPECT_EQ(queue.take(9, 9, start), (Jobs{"a1", "b1", "c1", "b2"}));
}

TEST(FairQueue, EachOfManyAccountsWithOneKeepsItsPlace) {
  Queue queue(3);
  for (int account = 1; account <= 3; ++account)
    EXPECT_FALSE(queue.put({account}, std::to_string(account), start));
  EXPECT_EQ(queue.put({4}, "4", start), "4");
  EXPECT_EQ(queue.take(9, 9, start), (Jobs{"1", "2", "3"}));
}

TEST(FairQueue, WhatIsDueIsTakenFromEach) {
  Queue queue(100);
  put(queue, flood, "a", 3);
  put(queue, second, "b", 1);
  auto const is_due = [](std::string const& job) { return job != "a3"; };
  EXPECT_EQ(queue.take_due(is_due), (Jobs{"a1", "a2", "b1"}));
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue.take(9, 9, start), (Jobs{"a3"}));
  put(queue, second, "b", 1);
  EXPECT_EQ(queue.take(9, 9, start), (Jobs{"b1"}));
}

TEST(FairQueue, AccountsThatComeOnceAreForgotten) {
  Queue queue(100'000);
  for (std::int64_t account = 0; account < 10'000; ++account) {
    EXPECT_FALSE(queue.put({account}, "x", start));
    EXPECT_EQ(queue.take(1, 1, start).size(), 1U);
  }
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace linebook
