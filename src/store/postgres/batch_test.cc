// Jobs of one batch.
#include <latch>
#include <vector>

#include "fakes/many_at_once.h"
#include "store/postgres/postgres_store_fixture.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;

class BatchTest : public PostgresStoreTest {
 protected:
  template <class Work>
  fakes::Outcome hand_over(Work work) {
    return fakes::hand_over(*store, std::move(work));
  }
  /// Runs what `hand_over_jobs` hands over in one batch.
  template <class Jobs>
  void in_one_batch(Jobs hand_over_jobs) {
    std::latch holding(1), go_on(1);
    auto hold = hand_over([&](Transaction&) {
      holding.count_down();
      go_on.wait();
    });
    holding.wait();
    std::vector<fakes::Outcome> outcomes;
    hand_over_jobs(outcomes);
    go_on.count_down();
    EXPECT_EQ(hold.get(), std::nullopt);
    for (auto& outcome : outcomes) EXPECT_EQ(outcome.get(), std::nullopt);
  }

  std::unique_ptr<PostgresStore> store = open_node(schema.url());
  AccountId home = try_account(*store, "home").value();
};

TEST_F(BatchTest, JobsThatTouchOneThingSeeEachOthersWork) {
  constexpr int jobs = 60;
  PersonRef const a{PersonType::patient, {"a"}};
  ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.people().insert(home, patient("a")); }));
  std::vector<ContactNumber> numbers;
  ASSERT_TRUE(write(*store, [&](Transaction& tx) {
    for (int i = 0; i < jobs; ++i)
      tx.contact_numbers().insert(home, numbers.emplace_back(number_of(a, std::to_string(5852984400 + i))));
  }));
  auto const commits = store->counters().commits.load();
  in_one_batch([&](auto& outcomes) {
    for (int i = 0; i < jobs; ++i)
      outcomes.push_back(hand_over([&, i](Transaction& tx) {
        auto& book = tx.contact_numbers();
        auto mine = book.find(home, numbers[static_cast<std::size_t>(i)].id)->number;
        if (auto old = book.primary_of(home, a, PhoneType::cell)) {
          old->primary = false;
          book.update(home, *old);
        }
        mine.primary = true;
        book.update(home, mine);
      }));
  });
  EXPECT_EQ(store->counters().commits.load() - commits, 2U) << "none had to be run apart";
  ContactNumberFilter primaries;
  primaries.primary = true;
  primaries.person = a;
  EXPECT_EQ(
      look(*store,
           [&](Transaction const& tx) { return tx.contact_numbers().list(home, primaries, 9, 0).total; }),
      1);
}

TEST_F(BatchTest, WhatWasReadBeforeAnotherJobChangedItIsReadAgain) {
  PersonRef const a{PersonType::patient, {"a"}};
  auto const number = number_of(a, "5852984455");
  ASSERT_TRUE(write(*store, [&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    tx.contact_numbers().insert(home, number);
  }));
  // The second reads in the very round trip after which the first ends, however many that takes.
  for (int questions = 0; questions < 4; ++questions) {
    auto const before = look(*store, [&](Transaction const& tx) {
      return tx.contact_numbers().find(home, number.id)->number.updated_at;
    });
    auto const count = [&](int asked_first) {
      return [&, asked_first](Transaction& tx) {
        for (int i = 0; i < asked_first; ++i) (void)tx.accounts().find(home);
        auto mine = tx.contact_numbers().find(home, number.id)->number;
        mine.updated_at = mine.updated_at + 1ms;
        tx.contact_numbers().update(home, mine);
      };
    };
    in_one_batch([&](auto& outcomes) {
      outcomes.push_back(hand_over(count(0)));
      outcomes.push_back(hand_over(count(questions)));
    });
    EXPECT_EQ(look(*store,
                   [&](Transaction const& tx) {
                     return tx.contact_numbers().find(home, number.id)->number.updated_at;
                   }),
              before + 2ms)
        << questions;
  }
}

TEST_F(BatchTest, TakesAHandfulOfRoundTrips) {
  constexpr int jobs = 60;
  in_one_batch([&](auto& outcomes) {
    for (int i = 0; i < jobs; ++i)
      outcomes.push_back(
          hand_over([&, i](Transaction& tx) { tx.people().insert(home, patient(std::to_string(i))); }));
  });
  auto const trips = store->postgres_counters().round_trips.load();
  in_one_batch([&](auto& outcomes) {
    for (int i = 0; i < jobs; ++i)
      outcomes.push_back(hand_over([&, i](Transaction& tx) {
        PersonRef const person{PersonType::patient, {std::to_string(i)}};
        auto& book = tx.contact_numbers();
        EXPECT_TRUE(tx.people().find(home, person));
        EXPECT_FALSE(book.find_on_person(home, person, *TenDigits::parse("5852984455")));
        EXPECT_FALSE(book.do_not_call_remembered(home, person, *TenDigits::parse("5852984455")));
        book.insert(home, number_of(person, "5852984455"));
        tx.ledger().append(home, entry(std::to_string(i)));
      }));
  });
  // The watch looks twice a second, each time once.
  EXPECT_LE(store->postgres_counters().round_trips.load() - trips, 8U);
}

TEST_F(BatchTest, JobsInEachOthersWayAreRunApart) {
  ASSERT_TRUE(write(*store, [&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    tx.people().insert(home, patient("b"));
  }));
  in_one_batch([&](auto& outcomes) {
    for (auto const& [first, second] : {std::pair("a", "b"), std::pair("b", "a")})
      outcomes.push_back(hand_over([&, first, second](Transaction& tx) {
        EXPECT_TRUE(tx.people().find(home, {PersonType::patient, {first}}));
        EXPECT_TRUE(tx.people().find(home, {PersonType::patient, {second}}));
        tx.ledger().append(home, entry(first));
      }));
  });
  EXPECT_EQ(store->postgres_counters().jobs_run_apart.load(), 2U);
  EXPECT_EQ(last_sequence(*store, home), 2);
}

TEST_F(BatchTest, AJobMayChangeMoreThanIsKeptBack) {
  constexpr int people = 5'000;
  ASSERT_TRUE(write(*store, [&](Transaction& tx) {
    for (int i = 0; i < people; ++i) {
      tx.people().insert(home, patient(std::to_string(i)));
      tx.ledger().append(home, entry(std::to_string(i)));
    }
  }));
  EXPECT_EQ(last_sequence(*store, home), people);
  EXPECT_EQ(look(*store,
                 [&](Transaction const& tx) {
                   return tx.people().list(home, PersonType::patient, {}, 1, 0).total;
                 }),
            people);
}

}  // namespace
}  // namespace linebook
