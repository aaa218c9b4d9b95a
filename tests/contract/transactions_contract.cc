// What every store owes its jobs: all or nothing, each on its own, in any number at once, and kept.
#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "contract/store_contract.h"
#include "fakes/many_at_once.h"

namespace linebook::contract {
namespace {

using fakes::at_once;
using fakes::hand_over;
using fakes::Outcome;

constexpr int writers = 32;

class TransactionsContract : public StoreContract {
 protected:
  /// Holds the writer inside a job, so that what is handed over meanwhile has to wait and is run together.
  class Hold {
   public:
    explicit Hold(TransactionsContract& test)
        : outcome_(hand_over(test.store(), [this](Transaction&) {
            holding_.count_down();
            go_on_.wait();
          })) {
      holding_.wait();
    }
    void release() {
      go_on_.count_down();
      EXPECT_EQ(outcome_.get(), std::nullopt);
    }

   private:
    std::latch holding_{1};
    std::latch go_on_{1};
    Outcome outcome_;
  };

  bool exists(std::string id) {
    return read([&](Transaction const& tx) {
      return tx.people().find(home, {PersonType::patient, {id}}).has_value();
    });
  }
};

LINEBOOK_EVERY_STORE(TransactionsContract);

TEST_P(TransactionsContract, AJobThatThrowsHasChangedNothing) {
  auto const thrown = try_write([&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    throw std::runtime_error("a secret detail");
  });
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, ErrorCode::internal_error);
  EXPECT_EQ(thrown.error().message.find("secret"), std::string::npos);
  auto const unavailable = try_write([&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    throw StoreUnavailable("away");
  });
  ASSERT_FALSE(unavailable);
  EXPECT_EQ(unavailable.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(exists("a"));
  EXPECT_EQ(read([&](Transaction const& tx) {
              return tx.people().list(home, PersonType::patient, {}, 9, 0).total;
            }),
            0);
}

TEST_P(TransactionsContract, AJobReadsWhatItHasCounted) {
  write([&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    tx.contact_numbers().insert(home, {.id = {"phn_01M81EKGTTB31HDF2CWY2SK50E"},
                                       .person = {PersonType::patient, {"a"}},
                                       .number = *TenDigits::parse("5550000001"),
                                       .phone_type = PhoneType::cell,
                                       .created_at = later(1),
                                       .updated_at = later(1)});
    tx.ledger().append(home, entry("a"));
    EXPECT_EQ(tx.people().list(home, PersonType::patient, {}, 9, 0).total, 1);
    EXPECT_EQ(tx.contact_numbers().list(home, {}, 9, 0).total, 1);
    EXPECT_EQ(tx.ledger().last_sequence(home), 1);
    EXPECT_EQ(tx.ledger().unsealed_accounts(), std::vector{home});
    tx.people().insert(home, patient("b"));
    tx.ledger().append(home, entry("b"));
    EXPECT_EQ(tx.people().list(home, PersonType::patient, {}, 9, 0).total, 2);
    EXPECT_EQ(tx.ledger().last_sequence(home), 2);
  });
  read([&](Transaction const& tx) {
    EXPECT_EQ(tx.people().list(home, PersonType::patient, {}, 9, 0).total, 2);
    EXPECT_EQ(tx.ledger().last_sequence(home), 2);
    return 0;
  });
}

TEST_P(TransactionsContract, AJobThatThrowsUndoesItselfAlone) {
  Hold hold(*this);
  std::vector<Outcome> jobs;
  for (int i = 0; i < 9; ++i)
    jobs.push_back(hand_over(store(), [&, i](Transaction& tx) {
      tx.people().insert(home, patient(std::to_string(i)));
      tx.ledger().append(home, entry(std::to_string(i)));
      if (i == 4) throw std::runtime_error("undo");
      if (i == 6) throw StoreUnavailable("undo");
      if (i == 8) throw 42;
    }));
  hold.release();
  for (int i = 0; i < 9; ++i) {
    bool const fails = i == 4 || i == 6 || i == 8;
    EXPECT_EQ(jobs[static_cast<std::size_t>(i)].get().has_value(), fails) << i;
    EXPECT_EQ(exists(std::to_string(i)), !fails) << i;
  }
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.ledger().last_sequence(home); }), 6);
  EXPECT_EQ(store().counters().ledger_entries.load(), 6);
  EXPECT_EQ(read([&](Transaction const& tx) {
              return tx.people().list(home, PersonType::patient, {}, 9, 0).total;
            }),
            6);
}

TEST_P(TransactionsContract, AJobSeesWhatItAndEarlierOnesChanged) {
  write([&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    EXPECT_TRUE(tx.people().find(home, {PersonType::patient, {"a"}}));
    auto number = number_of({PersonType::patient, {"a"}}, "5852984455");
    tx.contact_numbers().insert(home, number);
    EXPECT_EQ(tx.contact_numbers().list(home, {}, 9, 0).total, 1);
  });
  write([&](Transaction& tx) { EXPECT_EQ(tx.contact_numbers().list(home, {}, 9, 0).total, 1); });
}

TEST_P(TransactionsContract, AReadSeesOneStateThroughout) {
  std::latch first_look(1), written(1);
  std::thread writer([&] {
    first_look.wait();
    write([&](Transaction& tx) { tx.people().insert(home, patient("late")); });
    written.count_down();
  });
  auto const seen = read([&](Transaction const& tx) {
    auto const before = tx.people().list(home, PersonType::patient, {}, 9, 0).total;
    first_look.count_down();
    written.wait();
    return tx.people().list(home, PersonType::patient, {}, 9, 0).total - before;
  });
  writer.join();
  EXPECT_EQ(seen, 0);
  EXPECT_TRUE(exists("late"));
}

TEST_P(TransactionsContract, WhatWasAnsweredIsSeenByEveryLaterReadOnAnyThread) {
  constexpr int rounds = 60;
  std::atomic<int> missed{0};
  at_once(4, [&](int thread) {
    for (int round = 0; round < rounds; ++round) {
      auto const id = std::to_string(thread) + "-" + std::to_string(round);
      write([&](Transaction& tx) { tx.people().insert(home, patient(id)); });
      if (!exists(id)) ++missed;
      bool elsewhere = false;
      std::thread([&] { elsewhere = exists(id); }).join();
      if (!elsewhere) ++missed;
      auto const pooled = read(
          [&](Transaction const& tx) {
            return tx.people().find(home, {PersonType::patient, {id}}).has_value();
          },
          ReadCost::unbounded);
      if (!pooled) ++missed;
      if (round % 16 == 0) store().rest();
    }
  });
  EXPECT_EQ(missed.load(), 0);
}

TEST_P(TransactionsContract, DoneMayHandOverMoreWork) {
  std::promise<bool> found;
  struct Second final : ReadJob {
    explicit Second(std::promise<bool>& f, AccountId a) : found(f), account(a) {}
    void run(Transaction const& tx) override {
      there = tx.people().find(account, {PersonType::patient, {"a"}}).has_value();
    }
    void done(std::optional<Error>) override { found.set_value(there); }
    std::promise<bool>& found;
    AccountId account;
    bool there = false;
  };
  struct First final : WriteJob {
    First(Store& s, std::promise<bool>& f, AccountId a, Person p)
        : store(s), found(f), account(a), person(p) {}
    void run(Transaction& tx) override { tx.people().insert(account, person); }
    void done(std::optional<Error>) override {
      store.read(ReadCost::bounded, std::make_unique<Second>(found, account));
    }
    Store& store;
    std::promise<bool>& found;
    AccountId account;
    Person person;
  };
  store().write(std::make_unique<First>(store(), found, home, patient("a")));
  EXPECT_TRUE(found.get_future().get());
}

TEST_P(TransactionsContract, OnePrimaryPerTypeUnderConcurrency) {
  PersonRef const person{PersonType::patient, {"a"}};
  std::vector<ContactNumber> numbers;
  write([&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    for (int i = 0; i < writers; ++i) {
      auto const text = std::to_string(5'852'984'400 + i);
      tx.contact_numbers().insert(home, numbers.emplace_back(number_of(person, text)));
    }
  });
  at_once(writers, [&](int i) {
    for (int round = 0; round < 4; ++round)
      write([&](Transaction& tx) {
        auto& book = tx.contact_numbers();
        auto mine = book.find(home, numbers[static_cast<std::size_t>(i)].id)->number;
        if (auto old = book.primary_of(home, person, PhoneType::cell); old && old->id != mine.id) {
          old->primary = false;
          book.update(home, *old);
        }
        mine.primary = true;
        book.update(home, mine);
      });
  });
  ContactNumberFilter primaries;
  primaries.primary = true;
  EXPECT_EQ(
      read([&](Transaction const& tx) { return tx.contact_numbers().list(home, primaries, 9, 0).total; }), 1);
}

TEST_P(TransactionsContract, TheLastPoolNumberIsGivenOnce) {
  write([&](Transaction& tx) {
    tx.pool().insert({.number = e164("+12125550100"),
                      .country_code = "US",
                      .area_code = "212",
                      .rests_until = {},
                      .account = {}});
  });
  std::atomic<int> given{0}, refused{0};
  at_once(writers, [&](int i) {
    auto const account = i % 2 ? home : other;
    bool mine = false;
    write([&](Transaction& tx) {
      auto number = tx.pool().choose({}, account, noon);
      mine = number.has_value();
      if (!number) return;
      number->state = PoolState::assigned;
      number->account = account;
      tx.pool().update(*number);
      auto line = byo_line(number->number.str());
      line.holding = PiaHolding{};
      tx.lines().insert(account, line);
    });
    ++(mine ? given : refused);
  });
  EXPECT_EQ(given.load(), 1);
  EXPECT_EQ(refused.load(), writers - 1);
}

TEST_P(TransactionsContract, TheLedgerHasNoGapsUnderConcurrency) {
  constexpr int rounds = 20;
  std::atomic<bool> over{false};
  std::vector<std::int64_t> followed;
  std::thread follower([&] {
    for (bool last = false; !last;) {
      last = over;
      auto const after = followed.empty() ? 0 : followed.back();
      for (auto const& e :
           read([&](Transaction const& tx) { return tx.ledger().following(home, after, 100); }))
        followed.push_back(e.sequence);
    }
  });
  at_once(writers, [&](int thread) {
    for (int round = 0; round < rounds; ++round)
      (void)try_write([&](Transaction& tx) {
        tx.ledger().append(home, entry(std::to_string(thread)));
        if (thread % 8 == 0) throw std::runtime_error("undo");
        tx.ledger().append(other, entry(std::to_string(thread)));
      });
  });
  over = true;
  follower.join();
  constexpr std::int64_t expected = (writers - writers / 8) * rounds;
  std::vector<std::int64_t> all(expected);
  for (std::int64_t i = 0; i < expected; ++i) all[static_cast<std::size_t>(i)] = i + 1;
  // The follower's last look may have come before the last commits.
  for (auto const& e : read([&](Transaction const& tx) {
         return tx.ledger().following(home, followed.empty() ? 0 : followed.back(), expected);
       }))
    followed.push_back(e.sequence);
  EXPECT_EQ(followed, all);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.ledger().last_sequence(other); }), expected);
}

TEST_P(TransactionsContract, EverythingIsThereAfterReopening) {
  write([&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    tx.contact_numbers().insert(home, number_of({PersonType::patient, {"a"}}, "5852984455"));
    tx.ledger().append(home, entry("a"));
  });
  for (int twice = 0; twice < 2; ++twice) {
    reopen();
    EXPECT_TRUE(exists("a"));
    EXPECT_EQ(read([&](Transaction const& tx) { return tx.contact_numbers().list(home, {}, 9, 0).total; }),
              1);
    EXPECT_EQ(read([&](Transaction const& tx) { return tx.ledger().last_sequence(home); }), 1);
    EXPECT_EQ(store().counters().ledger_entries.load(), 1);
  }
  write([&](Transaction& tx) { tx.ledger().append(home, entry("a")); });
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.ledger().last_sequence(home); }), 2);
  EXPECT_EQ(make_account("third").value, other.value + 1);
}

TEST_P(TransactionsContract, AClosingStoreAnswersWhatItWasGiven) {
  std::vector<Outcome> jobs;
  for (int i = 0; i < 500; ++i)
    jobs.push_back(hand_over(
        store(), [&, i](Transaction& tx) { tx.people().insert(home, patient(std::to_string(i))); }));
  reopen();
  for (auto& job : jobs) EXPECT_EQ(job.get(), std::nullopt);
  EXPECT_TRUE(exists("0"));
  EXPECT_TRUE(exists("499"));
}

TEST_P(TransactionsContract, CountsWhatItDoes) {
  auto const& counters = store().counters();
  auto const jobs = counters.jobs.load();
  auto const commits = counters.commits.load();
  Hold hold(*this);
  std::vector<Outcome> waiting;
  for (int i = 0; i < 40; ++i)
    waiting.push_back(hand_over(
        store(), [&, i](Transaction& tx) { tx.people().insert(home, patient(std::to_string(i))); }));
  EXPECT_EQ(counters.write_queue_depth.load(), 40);
  hold.release();
  for (auto const& job : waiting) job.wait();
  EXPECT_EQ(counters.jobs.load() - jobs, 41u);
  EXPECT_EQ(counters.commits.load() - commits, 2u) << "what waits is committed at once";
  EXPECT_EQ(counters.batches_by_size[6].load(), 1u) << "33 to 64 jobs";
  EXPECT_EQ(counters.write_queue_depth.load(), 0);
  EXPECT_EQ(store().trouble(), std::nullopt);
}

}  // namespace
}  // namespace linebook::contract
