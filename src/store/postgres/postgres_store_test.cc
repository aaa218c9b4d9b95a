// What only the distributed store owes, beside tests/contract: its schema, several nodes on one database, and
// a database that goes away in the middle.
#include "store/postgres/postgres_store.h"

#include <gmock/gmock.h>

#include <barrier>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

#include "app/contact_numbers.h"
#include "app/ledger_fields.h"
#include "app/ports/blocking.h"
#include "fakes/counting_ids.h"
#include "fakes/cutting_proxy.h"
#include "fakes/fixed_clock.h"
#include "fakes/postgres_schema.h"
#include "store/postgres/last_statements.h"
#include "store/postgres/schema.h"
#include "store/postgres/statistics.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;
using fakes::CuttingProxy;
using fakes::noon;
using testing::HasSubstr;

std::unique_ptr<PostgresStore> open_node(std::string url, PostgresStoreOptions options = {}) {
  options.url = std::move(url);
  options.log = [](std::string_view) {};
  auto store = PostgresStore::open(std::move(options));
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

template <class Work>
Result<void> write(Store& store, Work work) {
  return write_and_wait(store, [&work](Transaction& tx) -> Result<void> {
    work(tx);
    return {};
  });
}

template <class Work>
auto look(Store& store, Work work, ReadCost cost = ReadCost::bounded) {
  using T = std::invoke_result_t<Work&, Transaction const&>;
  return read_and_wait(store, [&work](Transaction const& tx) -> Result<T> { return work(tx); }, cost).value();
}

Result<AccountId> try_account(Store& store, std::string const& name) {
  return write_and_wait(store, [&](Transaction& tx) -> Result<AccountId> {
    if (auto const known = tx.accounts().find_by_name(name)) return known->id;
    return tx.accounts().insert({.id = {}, .name = name, .wrapped_data_key = "key", .created_at = noon});
  });
}

LedgerEntry entry(std::string id) {
  return {.at = noon,
          .actor = "operator",
          .request_id = "req_1",
          .entity = Entity::patient,
          .entity_id = std::move(id),
          .action = Action::created,
          .changes = {}};
}

Person patient(std::string id) {
  Person person{};
  person.ref = {PersonType::patient, {std::move(id)}};
  person.first_name = "John";
  person.last_name = "Doe";
  person.created_at = person.updated_at = noon;
  return person;
}

std::int64_t last_sequence(Store& store, AccountId account) {
  return look(store, [&](Transaction const& tx) { return tx.ledger().last_sequence(account); });
}

class PostgresStoreTest : public testing::Test {
 protected:
  /// Runs `work(i)` on as many threads at once.
  template <class Work>
  static void at_once(int threads, Work work) {
    std::latch start(threads);
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i)
      all.emplace_back([&, i] {
        start.arrive_and_wait();
        work(i);
      });
    for (auto& thread : all) thread.join();
  }

  ContactNumber number_of(PersonRef const& person, std::string const& digits) {
    return {.id = {ids.next("phn_", noon)},
            .person = person,
            .number = TenDigits::parse(digits).value(),
            .phone_type = PhoneType::cell,
            .created_at = noon,
            .updated_at = noon};
  }

  fakes::PostgresSchema schema;
  fakes::CountingIds ids;
};

// -- The schema ---------------------------------------------------------------------------------------------

TEST_F(PostgresStoreTest, NodesThatStartAtOnceMakeOneSchema) {
  std::atomic<int> opened{0};
  at_once(6, [&](int) {
    if (auto const store = PostgresStore::open({.url = schema.url(), .log = [](std::string_view) {}})) {
      EXPECT_EQ((*store)->schema_version(), postgres::all_migrations().back().number);
      ++opened;
    } else {
      ADD_FAILURE() << store.error().message;
    }
  });
  EXPECT_EQ(opened, 6);
}

TEST_F(PostgresStoreTest, RefusesSchemasThatItDoesNotKnow) {
  open_node(schema.url());
  schema.run_script("INSERT INTO schema_migrations (number, name) VALUES (999, 'tomorrow')");
  auto const newer = PostgresStore::open({.url = schema.url()});
  ASSERT_FALSE(newer);
  EXPECT_THAT(newer.error().message, HasSubstr("newer Linebook (schema 999)"));
  EXPECT_FALSE(PostgresStore::migrate(schema.url()));

  fakes::PostgresSchema somebody_elses;
  somebody_elses.run_script("CREATE TABLE theirs (x BIGINT)");
  auto const foreign = PostgresStore::open({.url = somebody_elses.url()});
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().message, HasSubstr("not those of Linebook"));
}

TEST_F(PostgresStoreTest, AnOlderSchemaIsBroughtUpByMigrateAlone) {
  using postgres::OlderSchema;
  auto session = schema.session();
  postgres::Migration const steps[] = {
      {1, "good", "CREATE TABLE a (x BIGINT);"},
      {2, "bad", "CREATE TABLE b (x BIGINT); INSERT INTO nowhere VALUES (1);"},
      {2, "mended", "CREATE TABLE b (x BIGINT);"}};
  std::span<postgres::Migration const> const first(steps, 1), bad(steps, 2);
  postgres::Migration const mended[] = {steps[0], steps[2]};
  EXPECT_EQ(ready_schema(session.db, first, OlderSchema::is_refused), 1);
  EXPECT_THROW(ready_schema(session.db, mended, OlderSchema::is_refused), std::runtime_error);
  EXPECT_EQ(ready_schema(session.db, first, OlderSchema::is_refused), 1) << "nothing was changed";
  EXPECT_THROW(ready_schema(session.db, bad, OlderSchema::is_brought_up), std::exception);
  EXPECT_EQ(ready_schema(session.db, first, OlderSchema::is_refused), 1) << "nothing was changed";
  EXPECT_EQ(ready_schema(session.db, mended, OlderSchema::is_brought_up), 2);
}

TEST_F(PostgresStoreTest, MigratesAnEmptyDatabase) {
  EXPECT_TRUE(PostgresStore::migrate(schema.url()));
  EXPECT_TRUE(PostgresStore::migrate(schema.url()));
  open_node(schema.url());
}

constexpr postgres::Statement keys_beside_the_rule{
    "keys_beside_the_rule",
    "SELECT t.relname || '.' || k.name FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace"
    " JOIN LATERAL (SELECT c.conname AS name, c.conkey[1] AS first FROM pg_constraint c"
    "               WHERE c.conrelid = t.oid AND c.contype IN ('p', 'u', 'f')"
    "               UNION ALL SELECT i.indexrelid::regclass::text, i.indkey[0] FROM pg_index i"
    "               WHERE i.indrelid = t.oid AND i.indisunique) k ON true"
    " LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.first"
    " WHERE n.nspname = current_schema() AND t.relkind = 'r' AND a.attname IS DISTINCT FROM 'account_id'"
    " AND t.relname NOT IN ('schema_migrations', 'installation', 'accounts', 'api_keys',"
    "                       'numbers_in_service', 'pool_numbers')"};
constexpr postgres::Statement tables_without_key{
    "tables_without_key",
    "SELECT count(*) FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace"
    " WHERE n.nspname = current_schema() AND t.relkind = 'r'"
    " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'p')"};
constexpr postgres::Statement what_shards_lack{
    "what_shards_lack",
    "SELECT (SELECT count(*) FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace"
    "        WHERE n.nspname = current_schema() AND t.relkind = 'S')"
    " + (SELECT count(*) FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid"
    "    JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = current_schema() AND NOT "
    "g.tgisinternal)"
    " + (SELECT count(*) FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace"
    "    WHERE n.nspname = current_schema() AND (c.condeferrable OR c.contype = 'x'))"};

TEST_F(PostgresStoreTest, EveryKeyBeginsWithTheAccountButForTheNamedTables) {
  open_node(schema.url());
  auto session = schema.session();
  auto const exceptions = session.db.run(keys_beside_the_rule);
  for (int i = 0; i < exceptions.size(); ++i) ADD_FAILURE() << exceptions[i].get<std::string>(0);
  EXPECT_EQ(session.db.run(tables_without_key).number(), 0);
  EXPECT_EQ(session.db.run(what_shards_lack).number(), 0)
      << "sequences, triggers, deferrable or exclusion constraints";
}

TEST_F(PostgresStoreTest, ARoleThatMayOnlyAddToTheLedgerIsEnough) {
  open_node(schema.url());
  // As docs/adr/0007-postgresql.md grants it.
  schema.run_script(
      "DROP ROLE IF EXISTS linebook_service; CREATE ROLE linebook_service LOGIN;"
      " GRANT USAGE ON SCHEMA " +
      schema.name() +
      " TO linebook_service;"
      " GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " +
      schema.name() +
      " TO linebook_service;"
      " REVOKE UPDATE, DELETE ON ledger, ledger_seals FROM linebook_service");
  auto as_service = schema.url();
  as_service.replace(as_service.find("user=postgres"), 13, "user=linebook_service");
  {
    auto const store = open_node(as_service);
    auto const account = try_account(*store, "home").value();
    EXPECT_TRUE(write(*store, [&](Transaction& tx) {
      tx.ledger().append(account, entry("a"));
      tx.ledger().append_seal(account, {1, 1, "chain", "12345678"});
    }));
    EXPECT_EQ(last_sequence(*store, account), 1);
    fakes::PostgresSchema::Session session(as_service);
    for (auto const* attempt : {"UPDATE ledger SET actor = 'nobody'", "DELETE FROM ledger", "TRUNCATE ledger",
                                "UPDATE ledger_seals SET chain = ''", "DELETE FROM ledger_seals"})
      EXPECT_THROW(session.db.run_script(attempt), postgres::StatementRefused) << attempt;
  }
  schema.run_script("DROP OWNED BY linebook_service; DROP ROLE linebook_service");
}

TEST_F(PostgresStoreTest, NeverTellsAPassword) {
  for (auto const* url :
       {"postgresql://user:s3cret@/nowhere?host=/nonexistent", "postgresql://user:s3cret@[bad",
        "host=/nonexistent password=s3cret user='", "host=/nonexistent password=s3cret"}) {
    auto const refused = PostgresStore::open({.url = url});
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().message.find("s3cret"), std::string::npos) << refused.error().message;
  }
}

TEST_F(PostgresStoreTest, ClaimsItsMasterKeyOnce) {
  auto const one = open_node(schema.url());
  auto const other = open_node(schema.url());
  EXPECT_TRUE(one->claim_for_master_key("first"));
  EXPECT_TRUE(other->claim_for_master_key("first"));
  auto const another = other->claim_for_master_key("second");
  ASSERT_FALSE(another);
  EXPECT_THAT(another.error().message, HasSubstr("another master key"));
}

TEST_F(PostgresStoreTest, TextThatNobodyCanHaveIsFoundNowhere) {
  auto const store = open_node(schema.url());
  auto const account = try_account(*store, "home").value();
  std::string const odd("a\0b\xFF", 4);
  EXPECT_FALSE(look(*store, [&](Transaction const& tx) {
    return tx.people().find(account, {PersonType::patient, {odd}}).has_value() ||
           tx.contact_numbers().find(account, {odd}).has_value();
  }));
  auto const refused = write(*store, [&](Transaction& tx) { tx.people().insert(account, patient(odd)); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::internal_error);
}

// -- Jobs of one batch --------------------------------------------------------------------------------------

class BatchTest : public PostgresStoreTest {
 protected:
  struct Pending {
    std::promise<std::optional<Error>> answered;
    std::future<std::optional<Error>> future = answered.get_future();
  };
  template <class Work>
  std::unique_ptr<Pending> hand_over(Work work) {
    struct Job final : WriteJob {
      Job(Work w, Pending& p) : work(std::move(w)), pending(p) {}
      void run(Transaction& tx) override { work(tx); }
      void done(std::optional<Error> error) override { pending.answered.set_value(std::move(error)); }
      Work work;
      Pending& pending;
    };
    auto pending = std::make_unique<Pending>();
    store->write(std::make_unique<Job>(std::move(work), *pending));
    return pending;
  }
  /// Runs what `hand_over_jobs` hands over in one batch.
  template <class Jobs>
  void in_one_batch(Jobs hand_over_jobs) {
    std::latch holding(1), go_on(1);
    auto const hold = hand_over([&](Transaction&) {
      holding.count_down();
      go_on.wait();
    });
    holding.wait();
    std::vector<std::unique_ptr<Pending>> pending;
    hand_over_jobs(pending);
    go_on.count_down();
    EXPECT_EQ(hold->future.get(), std::nullopt);
    for (auto const& job : pending) EXPECT_EQ(job->future.get(), std::nullopt);
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
  in_one_batch([&](auto& pending) {
    for (int i = 0; i < jobs; ++i)
      pending.push_back(hand_over([&, i](Transaction& tx) {
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
    in_one_batch([&](auto& pending) {
      pending.push_back(hand_over(count(0)));
      pending.push_back(hand_over(count(questions)));
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
  in_one_batch([&](auto& pending) {
    for (int i = 0; i < jobs; ++i)
      pending.push_back(
          hand_over([&, i](Transaction& tx) { tx.people().insert(home, patient(std::to_string(i))); }));
  });
  auto const trips = store->postgres_counters().round_trips.load();
  in_one_batch([&](auto& pending) {
    for (int i = 0; i < jobs; ++i)
      pending.push_back(hand_over([&, i](Transaction& tx) {
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
  in_one_batch([&](auto& pending) {
    for (auto const& [first, second] : {std::pair("a", "b"), std::pair("b", "a")})
      pending.push_back(hand_over([&, first, second](Transaction& tx) {
        EXPECT_TRUE(tx.people().find(home, {PersonType::patient, {first}}));
        EXPECT_TRUE(tx.people().find(home, {PersonType::patient, {second}}));
        tx.ledger().append(home, entry(first));
      }));
  });
  EXPECT_EQ(store->postgres_counters().jobs_run_apart.load(), 2U);
  EXPECT_EQ(last_sequence(*store, home), 2);
}

TEST_F(BatchTest, StatisticsFollowTablesThatGrow) {
  static constexpr postgres::Statement known_people{
      "known_people", "SELECT reltuples::bigint FROM pg_class WHERE oid = 'people'::regclass"};
  auto session = schema.session();
  refresh_statistics(session.db);
  EXPECT_LE(session.db.run(known_people).number(), 0) << "nothing to look at";
  std::int64_t made = 0;
  for (std::int64_t const people : {600, 6'000}) {
    ASSERT_TRUE(write(*store, [&](Transaction& tx) {
      for (; made < people; ++made) tx.people().insert(home, patient(std::to_string(made)));
    }));
    refresh_statistics(session.db);
    EXPECT_EQ(session.db.run(known_people).number(), people);
  }
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

// -- A commit whose answer is lost --------------------------------------------------------------------------

class LostAnswerTest : public PostgresStoreTest {
 protected:
  CuttingProxy proxy{fakes::PostgresSchema::server().socket()};
  std::unique_ptr<PostgresStore> store = open_node(schema.url_at(proxy.socket_directory()));
  AccountId home = try_account(*store, "home").value();

  void append_once(std::string const& id) {
    int runs = 0;
    auto const done = write(*store, [&](Transaction& tx) {
      ++runs;
      tx.people().insert(home, patient(id));
      tx.ledger().append(home, entry(id));
    });
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_TRUE(proxy.has_cut());
  }
  std::int64_t looked_up() { return static_cast<std::int64_t>(store->postgres_counters().commits_looked_up); }
};

TEST_F(LostAnswerTest, WhatWasCommittedIsNotDoneAgain) {
  proxy.cut(CuttingProxy::Cut::after_commit);
  append_once("a");
  EXPECT_EQ(looked_up(), 1);
  EXPECT_EQ(last_sequence(*store, home), 1);
  EXPECT_EQ(store->counters().ledger_entries.load(), 1);
  append_once("b");
  EXPECT_EQ(last_sequence(*store, home), 2);
}

TEST_F(LostAnswerTest, WhatWasNotCommittedIsDoneAgain) {
  proxy.cut(CuttingProxy::Cut::before_commit);
  append_once("a");
  EXPECT_EQ(looked_up(), 1);
  EXPECT_EQ(last_sequence(*store, home), 1);
  EXPECT_EQ(store->counters().ledger_entries.load(), 1);
}

TEST_F(LostAnswerTest, ACommitThatComesLateIsRefused) {
  proxy.cut(CuttingProxy::Cut::before_a_late_commit);
  ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(home, entry("a")); }));
  ASSERT_TRUE(proxy.has_cut());
  EXPECT_THAT(proxy.deliver_late(), HasSubstr("commit_markers_pkey")) << "its marker is void";
  EXPECT_EQ(looked_up(), 1);
  EXPECT_EQ(last_sequence(*store, home), 1);
}

TEST_F(LostAnswerTest, MarkersDoNotPileUp) {
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(home, entry("a")); }));
  static constexpr postgres::Statement markers{"markers", "SELECT count(*) FROM commit_markers"};
  EXPECT_EQ(schema.session().db.run(markers).number(), 1);
}

// -- Several nodes ------------------------------------------------------------------------------------------

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
        tx.contact_numbers().remove(home, number);
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

TEST_F(TwoNodesTest, KeysThatOneChangesTheOtherLooksAtAgain) {
  auto const before = node(1).keys_generation();
  ASSERT_TRUE(
      write(node(0), [&](Transaction& tx) { tx.accounts().set_status(home, AccountStatus::suspended); }));
  auto const give_up = std::chrono::steady_clock::now() + 10s;
  while (node(1).keys_generation() == before && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(10ms);
  EXPECT_GT(node(1).keys_generation(), before);
  EXPECT_EQ(node(0).keys_generation(), node(1).keys_generation());
}

// -- A database that goes away ------------------------------------------------------------------------------

TEST(PostgresAwayTest, WritesAreRefusedInTimeAndGoOnByThemselves) {
  fakes::PostgresServer server;
  auto const store = open_node(server.url(), {.url = {}, .patience = 300ms});
  auto const account = try_account(*store, "home").value();
  ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("before")); }));
  EXPECT_EQ(store->trouble(), std::nullopt);

  server.stop(SIGQUIT);  // as if it had crashed
  for (int twice = 0; twice < 2; ++twice) {
    auto const refused = write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("lost")); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  }
  for (auto const cost : {ReadCost::bounded, ReadCost::unbounded, ReadCost::long_walk}) {
    auto const refused = read_and_wait(
        *store, [](Transaction const& tx) -> Result<std::size_t> { return tx.accounts().list().size(); },
        cost);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  }
  EXPECT_TRUE(store->trouble());

  server.start();
  auto const give_up = std::chrono::steady_clock::now() + 20s;
  while (store->trouble() && std::chrono::steady_clock::now() < give_up) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(store->trouble(), std::nullopt);
  ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("after")); }));
  EXPECT_EQ(last_sequence(*store, account), 2);
}

TEST(PostgresAwayTest, ARestartInBetweenIsNotNoticed) {
  fakes::PostgresServer server;
  auto const store = open_node(server.url(), {.url = {}, .patience = 20s});
  auto const account = try_account(*store, "home").value();
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("a")); }));
    server.stop(SIGINT);
    server.start();
    EXPECT_EQ(last_sequence(*store, account), i);
  }
}

TEST(PostgresAwayTest, ANodeThatFindsNoDatabaseSaysSo) {
  auto const refused = PostgresStore::open({.url = "postgresql:///linebook?host=/nonexistent"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("/nonexistent:5432/linebook"));
}

}  // namespace
}  // namespace linebook
