#include "store/search/digit_indexes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace linebook {
namespace {

constexpr AccountId account{1}, other{2};

IndexedNumber number(std::uint64_t key) {
  return {.key = {key, 0},
          .digits = TenDigits::parse("5551234567").value(),
          .phone_type = PhoneType::cell,
          .primary = false,
          .verified = false,
          .do_not_call = false,
          .person_type = PersonType::patient};
}

NumberChange added(std::uint64_t key) { return {account, number(key)}; }
NumberChange removed(std::uint64_t key) { return {account, NumberKey{key, 0}}; }

void announce(DigitIndexes& indexes, std::int64_t head, std::vector<NumberChange> const& changes) {
  indexes.announce(account, head, changes);
}

/// How many numbers a search of a snapshot with this head finds; the snapshot holds keys 0 to `held` - 1.
std::int64_t found(DigitIndexes& indexes, std::int64_t head, std::uint64_t held = 0) {
  return indexes
      .find(account, head, {.digits = "555"}, 0, 0, WhenAbsent::build,
            [held](DigitIndex& index) {
              for (std::uint64_t i = 0; i < held; ++i) index.put(number(i));
            })
      .total;
}

TEST(DigitIndexes, FindsWhatTheSnapshotHoldsAndNoMore) {
  DigitIndexes indexes;
  EXPECT_EQ(found(indexes, 3, 3), 3);
  announce(indexes, 5, {added(3), added(4)});
  EXPECT_EQ(found(indexes, 3), 3);  // not committed, or not yet in this snapshot
  EXPECT_EQ(found(indexes, 5), 5);
  EXPECT_THROW(found(indexes, 3), SnapshotTooOld);
  announce(indexes, 6, {removed(0)});
  EXPECT_EQ(found(indexes, 6), 4);
}

TEST(DigitIndexes, ForgetsWhatWasNotCommitted) {
  DigitIndexes indexes;
  EXPECT_EQ(found(indexes, 1, 1), 1);
  announce(indexes, 2, {added(1)});
  indexes.retract(account, 2);
  announce(indexes, 2, {added(2), added(3)});
  EXPECT_EQ(found(indexes, 2), 3);
}

TEST(DigitIndexes, IsNotBuiltFromASnapshotThatLacksWhatWasPassedOver) {
  DigitIndexes indexes;
  announce(indexes, 2, {added(1)});
  EXPECT_THROW(found(indexes, 1, 1), SnapshotTooOld);
  EXPECT_EQ(found(indexes, 2, 2), 2);

  DigitIndexes retracted;
  announce(retracted, 2, {added(1)});
  retracted.retract(account, 2);
  EXPECT_EQ(found(retracted, 1, 1), 1);
}

TEST(DigitIndexes, KeepsAccountsApart) {
  DigitIndexes indexes;
  EXPECT_EQ(found(indexes, 1, 1), 1);
  indexes.announce(other, 1, std::vector<NumberChange>{{other, number(7)}});
  EXPECT_EQ(found(indexes, 1), 1);
}

TEST(DigitIndexes, StaysInStepWithoutSearches) {
  DigitIndexes indexes;
  EXPECT_EQ(found(indexes, 0), 0);
  for (std::int64_t head = 1; head <= 10'000; ++head)
    announce(indexes, head, {added(static_cast<std::uint64_t>(head))});
  EXPECT_EQ(found(indexes, 10'000), 10'000);
}

TEST(DigitIndexes, BuildsAgainAfterAFailure) {
  DigitIndexes indexes;
  EXPECT_THROW(indexes.find(account, 1, {.digits = "5"}, 0, 0, WhenAbsent::build,
                            [](DigitIndex&) { throw std::runtime_error("the disk is away"); }),
               std::runtime_error);
  announce(indexes, 2, {added(1)});
  EXPECT_EQ(found(indexes, 2, 2), 2);
}

// One writer whose commits become visible after it has announced them; searches count exactly what their
// snapshot shows.
TEST(DigitIndexes, AgreesWithEverySnapshotUnderConcurrentWrites) {
  DigitIndexes indexes;
  std::atomic<std::int64_t> committed{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> searches;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 2; ++i)
    searches.emplace_back([&] {
      while (!done) {
        auto const head = committed.load();
        try {
          if (found(indexes, head, static_cast<std::uint64_t>(head)) != head) ++wrong;
        } catch (SnapshotTooOld const&) {
          std::this_thread::yield();
        }
      }
    });
  for (std::int64_t head = 1; head <= 20'000; ++head) {
    announce(indexes, head, {added(static_cast<std::uint64_t>(head - 1))});
    if (head % 7 == 0) {  // does not commit, and is tried again
      indexes.retract(account, head);
      announce(indexes, head, {added(static_cast<std::uint64_t>(head - 1))});
    }
    committed = head;
  }
  done = true;
  for (auto& search : searches) search.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(found(indexes, 20'000, 20'000), 20'000);
}

/// The same where nothing is announced: the snapshot's ledger says which numbers it has.
std::int64_t found_following(DigitIndexes& indexes, std::int64_t head, std::vector<std::int64_t>& asked) {
  return indexes
      .find_following(
          account, head, {.digits = "555"}, 0, 0, WhenAbsent::build,
          [head](DigitIndex& index) {
            for (std::int64_t i = 0; i < head; ++i) index.put(number(static_cast<std::uint64_t>(i)));
          },
          [&asked, head](std::int64_t after) {
            asked.push_back(after);
            std::vector<NumberChange> changes;
            for (auto i = after; i < head; ++i) changes.push_back(added(static_cast<std::uint64_t>(i)));
            return changes;
          })
      .total;
}

TEST(DigitIndexes, FollowsTheLedgerUpToEachSnapshot) {
  DigitIndexes indexes;
  std::vector<std::int64_t> asked;
  EXPECT_EQ(found_following(indexes, 3, asked), 3);
  EXPECT_TRUE(asked.empty()) << "it was just built";
  EXPECT_EQ(found_following(indexes, 5, asked), 5);
  EXPECT_EQ(found_following(indexes, 5, asked), 5);
  EXPECT_EQ(asked, std::vector<std::int64_t>{3}) << "once";
  EXPECT_THROW(found_following(indexes, 4, asked), SnapshotTooOld);
}

TEST(DigitIndexes, FailsWhereItMustNotBuild) {
  DigitIndexes indexes;
  EXPECT_THROW(indexes.find_following(
                   account, 1, {.digits = "5"}, 0, 0, WhenAbsent::fail, [](DigitIndex&) {},
                   [](std::int64_t) { return std::vector<NumberChange>(); }),
               IndexNotBuilt);
}

}  // namespace
}  // namespace linebook
