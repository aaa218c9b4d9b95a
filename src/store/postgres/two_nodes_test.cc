// Several nodes on one database.
#include <barrier>
#include <mutex>
#include <set>
#include <thread>

#include "fakes/many_at_once.h"
#include "store/postgres/last_statements.h"
#include "store/postgres/postgres_store_fixture.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;
using fakes::at_once;
using fakes::noon;

class TwoNodesTest : public PostgresStoreTest {
 protected:
  std::unique_ptr<PostgresStore> nodes[2] = {open_node(schema.url()), open_node(schema.url())};
  AccountId home = try_account(*nodes[0], "home").value();

  PostgresStore& node(int i) { return *nodes[i % 2]; }
};

TEST_F(TwoNodesTest, WhatOneAcknowledgedTheOtherFindsAtOnce) {
  PersonRef const a{PersonType::patient, {"a"}};
  ASSERT_TRUE(write(node(0), [&](Transaction& tx) { tx.people().insert(home, patient("a")); }));
  ContactNumberFilter filter;
  filter.digits = "585";
  for (int i = 0; i < 40; ++i) {
    auto const number = number_of(a, std::to_string(5852984400 + i));
    ASSERT_TRUE(write(node(i), [&](Transaction& tx) {
      tx.contact_numbers().insert(home, number);
      auto created = entry(number.id.value);
      created.entity = Entity::contact_number;
      tx.ledger().append(home, created);
      if (i % 5 == 4) {
        tx.contact_numbers().remove(home, number, noon);
        tx.ledger().append(home, created);
      }
    }));
    for (auto const cost : {ReadCost::bounded, ReadCost::unbounded, ReadCost::long_walk}) {
      auto const found = look(
          node(i + 1), [&](Transaction const& tx) { return tx.contact_numbers().list(home, filter, 100, 0); },
          cost);
      EXPECT_EQ(found.total, i + 1 - (i + 1) / 5);
      EXPECT_EQ(std::ssize(found.items), found.total);
    }
  }
}

TEST_F(TwoNodesTest, EachPoolNumberIsGivenOnce) {
  constexpr int numbers = 40;
  ASSERT_TRUE(write(node(0), [&](Transaction& tx) {
    for (int i = 0; i < numbers; ++i)
      tx.pool().insert({.number = E164::parse("+12125550" + std::to_string(100 + i)).value(),
                        .country_code = "US",
                        .area_code = "212",
                        .rests_until = {},
                        .account = {}});
  }));
  std::mutex mutex;
  std::multiset<std::string> given;
  at_once(16, [&](int thread) {
    for (int i = 0; i < numbers / 8; ++i) {
      std::optional<std::string> mine;
      auto const done = write(node(thread), [&](Transaction& tx) {
        mine.reset();
        auto number = tx.pool().choose({}, home, noon);
        if (!number) return;
        number->state = PoolState::assigned;
        number->account = home;
        tx.pool().update(*number);
        mine = number->number.str();
      });
      EXPECT_TRUE(done) << done.error().message;
      std::scoped_lock lock(mutex);
      if (mine) given.insert(*mine);
    }
  });
  EXPECT_EQ(given.size(), static_cast<std::size_t>(numbers));
  EXPECT_EQ(std::set<std::string>(given.begin(), given.end()).size(), given.size());
}

TEST_F(TwoNodesTest, OnePrimaryPerTypeOnAnyNode) {
  constexpr int writers = 8;
  PersonRef const a{PersonType::patient, {"a"}};
  std::vector<ContactNumber> numbers;
  ASSERT_TRUE(write(node(0), [&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    for (int i = 0; i < writers; ++i)
      tx.contact_numbers().insert(home, numbers.emplace_back(number_of(a, std::to_string(5852984400 + i))));
  }));
  at_once(writers, [&](int i) {
    for (int round = 0; round < 10; ++round) {
      auto const done = write(node(i), [&](Transaction& tx) {
        auto& book = tx.contact_numbers();
        auto mine = book.find(home, numbers[static_cast<std::size_t>(i)].id)->number;
        if (auto old = book.primary_of(home, a, PhoneType::cell); old && old->id != mine.id) {
          old->primary = false;
          book.update(home, *old);
        }
        mine.primary = true;
        book.update(home, mine);
      });
      EXPECT_TRUE(done) << done.error().message;
    }
  });
  ContactNumberFilter primaries;
  primaries.primary = true;
  EXPECT_EQ(
      look(node(1),
           [&](Transaction const& tx) { return tx.contact_numbers().list(home, primaries, 9, 0).total; }),
      1);
}

TEST_F(TwoNodesTest, OneRequestIsExecutedOnce) {
  std::atomic<int> executed{0};
  IdempotencySlot const slot{home, "key_1", "POST /phone_numbers", "once"};
  at_once(8, [&](int i) {
    bool mine = false;
    auto const done = write(node(i), [&](Transaction& tx) {
      mine = !tx.idempotency().find(slot);
      if (!mine) return;
      tx.ledger().append(home, entry("once"));
      tx.idempotency().keep(slot,
                            {.body_hash = "h", .status = 201, .head = {}, .body = {}, .created_at = noon});
    });
    EXPECT_TRUE(done) << done.error().message;
    if (mine) ++executed;
  });
  EXPECT_EQ(executed, 1);
  EXPECT_EQ(last_sequence(node(0), home), 1);
}

TEST_F(TwoNodesTest, BothGoOnAfterADeadlock) {
  ASSERT_TRUE(write(node(0), [&](Transaction& tx) {
    tx.people().insert(home, patient("a"));
    tx.people().insert(home, patient("b"));
  }));
  std::barrier both_hold_one(2);
  at_once(2, [&](int i) {
    bool first_run = true;
    auto const done = write(node(i), [&](Transaction& tx) {
      EXPECT_TRUE(tx.people().find(home, {PersonType::patient, {i == 0 ? "a" : "b"}}));
      if (std::exchange(first_run, false)) both_hold_one.arrive_and_wait();
      EXPECT_TRUE(tx.people().find(home, {PersonType::patient, {i == 0 ? "b" : "a"}}));
      tx.ledger().append(home, entry(std::to_string(i)));
    });
    EXPECT_TRUE(done) << done.error().message;
  });
  EXPECT_EQ(last_sequence(node(0), home), 2);
  EXPECT_GE(node(0).postgres_counters().retries + node(1).postgres_counters().retries, 1U);
}

TEST_F(TwoNodesTest, AFollowerMissesNothingBehindASlowCommitter) {
  constexpr int rounds = 8;
  std::atomic<bool> over{false};
  std::vector<std::int64_t> followed;
  std::thread follower([&] {
    for (bool last = false; !last;) {
      last = over;
      auto const after = followed.empty() ? 0 : followed.back();
      for (auto const& e :
           look(node(1), [&](Transaction const& tx) { return tx.ledger().following(home, after, 100); }))
        followed.push_back(e.sequence);
    }
  });
  std::thread slow([&] {
    auto session = schema.session();
    static constexpr postgres::Statement begin{"begin", "BEGIN"}, commit{"commit", "COMMIT"};
    for (int round = 0; round < rounds; ++round) {
      postgres::BookChanges changes;
      changes.of(home).entries.push_back(
          {noon, "operator", "req_1", Entity::line, "slow", Action::updated, "{}"});
      session.db.queue(begin);
      queue_last_statements(session.db, changes);
      session.db.exchange(postgres::Connection::Then::goes_on);
      std::this_thread::sleep_for(20ms);  // the entry has its sequence, and nobody sees it
      session.db.queue(commit);
      session.db.exchange(postgres::Connection::Then::ends);
    }
  });
  at_once(8, [&](int i) {
    for (int round = 0; round < rounds; ++round)
      EXPECT_TRUE(write(node(i), [&](Transaction& tx) { tx.ledger().append(home, entry("quick")); }));
  });
  slow.join();
  over = true;
  follower.join();
  ASSERT_EQ(followed.size(), 9U * rounds);
  for (std::size_t i = 0; i < followed.size(); ++i) ASSERT_EQ(followed[i], static_cast<std::int64_t>(i) + 1);
}

TEST_F(TwoNodesTest, AccountsThatNodesMakeAtOnceAreDifferent) {
  std::mutex mutex;
  std::set<std::int64_t> made;
  at_once(8, [&](int i) {
    auto const account = try_account(node(i), "account " + std::to_string(i));
    ASSERT_TRUE(account) << account.error().message;
    std::scoped_lock lock(mutex);
    made.insert(account->value);
  });
  EXPECT_EQ(made.size(), 8U);
  EXPECT_EQ(*made.rbegin(), 9) << "in order, without gaps";
}

/// What another node tells within ten seconds of what changed after `generation`.
KeyChanges heard_since(Store& node, std::uint64_t generation) {
  auto const give_up = std::chrono::steady_clock::now() + 10s;
  while (node.keys_generation() == generation && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(1ms);
  return node.key_changes_since(generation);
}

ApiKey key_of(AccountId account, std::string const& id) {
  return {.id = {id},
          .account = account,
          .name = id,
          .token_hash = id + std::string(32 - id.size(), '.'),
          .scopes = Scopes::all(),
          .created_at = noon,
          .expires_at = {},
          .revoked_at = {},
          .last_used_at = {}};
}

TEST_F(TwoNodesTest, EachHearsWhichKeysAndAccountsTheOtherChanged) {
  ASSERT_TRUE(write(node(0), [&](Transaction& tx) {
    for (auto const* id : {"key_1", "key_2", "key_3"}) tx.accounts().insert_key(key_of(home, id));
  }));
  auto seen = node(1).keys_generation();
  auto const started = std::chrono::steady_clock::now();
  ASSERT_TRUE(write(node(0), [&](Transaction& tx) { tx.accounts().revoke_key({"key_2"}, noon); }));
  auto heard = heard_since(node(1), std::exchange(seen, seen + 1));
  EXPECT_LT(std::chrono::steady_clock::now() - started, 1s);
  ASSERT_EQ(heard.keys.size(), 1U);
  EXPECT_EQ(heard.keys[0].value, "key_2");
  EXPECT_TRUE(heard.accounts.empty() && !heard.everything);

  ASSERT_TRUE(
      write(node(0), [&](Transaction& tx) { tx.accounts().set_status(home, AccountStatus::suspended); }));
  heard = heard_since(node(1), seen);
  ASSERT_EQ(heard.accounts.size(), 1U);
  EXPECT_EQ(heard.accounts[0], home);
  EXPECT_TRUE(heard.keys.empty() && !heard.everything);
}

TEST_F(TwoNodesTest, EachHearsWhichSessionsTheOtherEnded) {
  auto const session_of = [&](std::string const& id) {
    return KeySession{.id = {id},
                      .account = home,
                      .key = {"key_1"},
                      .use = SessionUse::signed_in,
                      .token_hash = id + std::string(32 - id.size(), '.'),
                      .created_at = noon,
                      .expires_at = noon + session_lasts};
  };
  auto const first = session_of("ses_1");
  auto const second = session_of("ses_2");
  ASSERT_TRUE(write(node(0), [&](Transaction& tx) {
    tx.accounts().insert_key(key_of(home, "key_1"));
    tx.sessions().insert(first);
    tx.sessions().insert(second);
  }));
  auto seen = node(1).keys_generation();
  auto const started = std::chrono::steady_clock::now();
  // One after the other, of one key, faster than anybody looks: each is told of by its own name.
  for (auto const* ended : {&first, &second})
    ASSERT_TRUE(write(node(0), [&](Transaction& tx) { tx.sessions().end(*ended, noon); }));
  std::set<std::string> told;
  while (told.size() < 2 && std::chrono::steady_clock::now() - started < 10s) {
    auto const heard = heard_since(node(1), seen);
    EXPECT_TRUE(heard.keys.empty() && heard.accounts.empty() && !heard.everything);
    for (auto const& ended : heard.sessions) {
      EXPECT_EQ(ended.key.value, "key_1");
      told.insert(ended.id.value);
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, 1s);
  EXPECT_EQ(told, (std::set<std::string>{"ses_1", "ses_2"}));
}

TEST_F(TwoNodesTest, EachForgetsEverythingWhereChangesCannotBeTold) {
  auto session = schema.session();
  static constexpr postgres::Statement forward{
      "forward", "UPDATE installation SET value = (value::bigint + $1)::text WHERE name = 'keys_generation'"};
  for (std::int64_t const step : {1, -1}) {  // a node of an older version; a database that was put back
    auto const seen = node(1).keys_generation();
    session.db.run(forward, step);
    EXPECT_TRUE(heard_since(node(1), seen).everything) << step;
  }
}

}  // namespace
}  // namespace linebook
