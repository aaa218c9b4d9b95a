// What only the embedded store owes, beside tests/contract: the schema, the ledger's triggers, and a disk
// that fails.
#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "app/ports/blocking.h"
#include "fakes/failing_vfs.h"
#include "fakes/fixed_clock.h"
#include "fakes/temporary_directory.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/migrations/migrations.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/transaction.h"
#include "store/sqlite/writer.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;
using sqlite::Access;
using sqlite::Connection;
using testing::HasSubstr;

using fakes::noon;

std::unique_ptr<SqliteStore> open(std::string const& path, std::string vfs = {}) {
  auto store = SqliteStore::open(path, {.log = [](std::string_view) {}, .vfs = std::move(vfs)});
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

AccountId make_account(Store& store, std::string const& name) {
  return write_and_wait(store,
                        [&](Transaction& tx) -> Result<AccountId> {
                          return tx.accounts().insert(
                              {.id = {}, .name = name, .wrapped_data_key = "key", .created_at = noon});
                        })
      .value();
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

std::int64_t last_sequence(Store& store, AccountId account) {
  return read_and_wait(store,
                       [&](Transaction const& tx) -> Result<std::int64_t> {
                         return tx.ledger().last_sequence(account);
                       })
      .value();
}

class SqliteStoreTest : public testing::Test {
 protected:
  fakes::TemporaryDirectory directory;
  std::string const path = directory.file("linebook.db");
};

// -- The schema ---------------------------------------------------------------------------------------------

TEST_F(SqliteStoreTest, RefusesANewerSchemaAndLeavesItAlone) {
  open(path);
  {
    Connection db(path, Access::read_write);
    db.execute("INSERT INTO schema_migrations (number, name, applied_at) VALUES (999, 'tomorrow', 0)");
  }
  auto const refused = SqliteStore::open(path);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("newer Linebook (schema 999)"));
  Connection db(path, Access::read_only);
  EXPECT_EQ(db.integer("SELECT max(number) FROM schema_migrations"), 999);
}

TEST_F(SqliteStoreTest, RefusesWhatIsNotItsOwn) {
  {
    Connection db(path, Access::read_write);
    db.execute("CREATE TABLE somebody_elses (x)");
  }
  auto const foreign = SqliteStore::open(path);
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().message, HasSubstr("not one of Linebook"));

  std::ofstream(directory.file("text.db")) << std::string(5000, 'x');
  auto const text = SqliteStore::open(directory.file("text.db"));
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("text.db"));

  EXPECT_FALSE(SqliteStore::open(directory.file("missing/linebook.db")));
}

TEST_F(SqliteStoreTest, AFailedMigrationChangesNothing) {
  sqlite::Migration const steps[] = {{1, "good", "CREATE TABLE a (x)"},
                                     {2, "bad", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"}};
  Connection db(path, Access::read_write);
  EXPECT_THROW(sqlite::migrate(db, steps), std::exception);
  EXPECT_EQ(sqlite::schema_version(db, steps), 1);
  EXPECT_EQ(db.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
  sqlite::Migration const mended[] = {steps[0], {2, "bad", "CREATE TABLE b (x)"}};
  sqlite::migrate(db, mended);
  EXPECT_EQ(sqlite::schema_version(db, mended), 2);
}

/// Also: a read on its caller's thread that needs an index which is not built yet is answered all the same.
TEST_F(SqliteStoreTest, ABookOfTheFirstSchemaIsTakenOn) {
  {
    Connection db(path, Access::read_write);
    sqlite::migrate(db, sqlite::all_migrations().first(1));
    db.execute(
        "INSERT INTO accounts VALUES (1, 'old', 'active', x'00', 0);"
        "INSERT INTO account_totals VALUES (1, 1, 1, 0);"
        "INSERT INTO people VALUES (1, 'patient', 'john', 'John', 'Doe', 'john', 'doe', NULL, NULL, NULL, "
        "NULL,"
        " NULL, 1, 0, NULL, 0, 0);"
        "INSERT INTO contact_numbers VALUES (1, 'phn_00000000000000000000000001', 'patient', 'john',"
        " '5852984455', 'cell', 1, 0, 0, 0, 0)");
  }
  auto store = open(path);
  auto const look_up = [](Transaction const& tx) -> Result<LinkedContactNumber> {
    auto const all = tx.contact_numbers().with_number({1}, TenDigits::parse("5852984455").value(), 10);
    if (all.size() != 1) return fail(ErrorCode::not_found, "not there");
    return all.front();
  };
  auto const found = read_and_wait(*store, look_up, ReadCost::bounded);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->person_name, "John Doe");
}

/// FNV-1a, 64 bits.
std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

TEST(MigrationsTest, AppliedStepsNeverChange) {
  std::uint64_t const as_released[] = {16094594716140947938u, 16107300279491767147u, 1417241539177310068u,
                                       3438095767645982166u};
  auto const steps = sqlite::all_migrations();
  ASSERT_EQ(steps.size(), std::size(as_released)) << "a new step is added here too, once it is released";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].number, static_cast<int>(i) + 1);
    EXPECT_EQ(fingerprint(steps[i].sql), as_released[i])
        << steps[i].name << ": what changes now is a new step";
  }
}

TEST_F(SqliteStoreTest, EveryKeyBeginsWithTheAccountButForTheNamedTables) {
  open(path);
  Connection db(path, Access::read_only);
  EXPECT_EQ(
      db.integer(
          "SELECT count(*) FROM sqlite_schema t WHERE t.type = 'table'"
          " AND t.name NOT IN ('schema_migrations', 'installation', 'accounts', 'api_keys',"
          "                    'numbers_in_service', 'pool_numbers')"
          " AND t.name NOT LIKE 'sqlite_%'"
          " AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE name = 'account_id' AND pk = 1)"),
      0);
}

TEST_F(SqliteStoreTest, ClaimsItsMasterKeyOnce) {
  auto store = open(path);
  EXPECT_TRUE(store->claim_for_master_key("first"));
  EXPECT_TRUE(store->claim_for_master_key("first"));
  auto const another = store->claim_for_master_key("second");
  ASSERT_FALSE(another);
  EXPECT_THAT(another.error().message, HasSubstr("another master key"));
}

// -- The ledger ---------------------------------------------------------------------------------------------

TEST_F(SqliteStoreTest, TheLedgerRefusesTampering) {
  {
    auto store = open(path);
    auto const account = make_account(*store, "home");
    ASSERT_TRUE(write(*store, [&](Transaction& tx) {
      tx.ledger().append(account, entry("a"));
      tx.ledger().append_seal(account, {1, 1, "chain", "12345678"});
    }));
  }
  Connection db(path, Access::read_write);
  char const* const attempts[] = {
      "UPDATE ledger SET actor = 'nobody'",
      "DELETE FROM ledger",
      "INSERT OR REPLACE INTO ledger SELECT account_id, sequence, at, 'nobody', request_id, entity, "
      "entity_id, action,"
      " changes FROM ledger",
      "INSERT INTO ledger SELECT * FROM ledger WHERE true ON CONFLICT DO UPDATE SET actor = 'nobody'",
      "UPDATE ledger_seals SET chain = x'00'",
      "DELETE FROM ledger_seals",
      "INSERT OR REPLACE INTO ledger_seals SELECT account_id, first_sequence, last_sequence, x'00', "
      "entry_macs"
      " FROM ledger_seals",
  };
  for (auto const* attempt : attempts) {
    EXPECT_THROW(db.execute(attempt), sqlite::StatementRefused) << attempt;
    EXPECT_EQ(db.integer("SELECT count(*) FROM ledger WHERE actor = 'operator'"), 1) << attempt;
    EXPECT_EQ(db.integer("SELECT count(*) FROM ledger_seals WHERE chain <> x'00'"), 1) << attempt;
  }
}

TEST_F(SqliteStoreTest, TheStoreItselfCannotAlterTheLedger) {
  auto store = open(path);
  auto const account = make_account(*store, "home");
  ASSERT_TRUE(write(*store, [&](Transaction& tx) {
    tx.ledger().append(account, entry("a"));
    tx.ledger().append_seal(account, {1, 1, "chain", "12345678"});
    auto& db = static_cast<sqlite::SqliteTransaction&>(tx).connection();
    for (auto const* attempt :
         {"UPDATE ledger SET actor = 'nobody'", "DELETE FROM ledger",
          "INSERT INTO ledger SELECT * FROM ledger WHERE true ON CONFLICT DO UPDATE SET actor = 'nobody'",
          "UPDATE ledger_seals SET chain = x'00'", "DELETE FROM ledger_seals"})
      EXPECT_THROW(db.execute(attempt), sqlite::StatementRefused) << attempt;
  }));
}

// -- A disk that fails --------------------------------------------------------------------------------------

class FailingDiskTest : public SqliteStoreTest {
 protected:
  using Fault = fakes::FailingVfs::Fault;

  bool recovers(SqliteStore& store) {
    for (auto const deadline = std::chrono::steady_clock::now() + 10s;
         std::chrono::steady_clock::now() < deadline; std::this_thread::sleep_for(20ms))
      if (!store.trouble()) return true;
    return false;
  }

  fakes::FailingVfs vfs{"failing"};
};

TEST_F(FailingDiskTest, AFullDiskRefusesWritesAndRecoversByItself) {
  for (auto const fault : {Fault::disk_full, Fault::write_error}) {
    auto const file = directory.file("linebook-" + std::to_string(static_cast<int>(fault)) + ".db");
    auto store = open(file, vfs.name());
    auto const account = make_account(*store, "home");
    ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("before")); }));
    EXPECT_EQ(store->trouble(), std::nullopt);

    vfs.set(fault);
    for (int twice = 0; twice < 2; ++twice) {
      auto const refused =
          write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("lost")); });
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
      EXPECT_EQ(last_sequence(*store, account), 1) << "reads go on, and see nothing of it";
    }
    EXPECT_TRUE(store->trouble());
    EXPECT_GE(store->counters().commit_failures.load(), 2u);

    vfs.set(Fault::none);
    EXPECT_TRUE(recovers(*store)) << "without a single request";
    EXPECT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("after")); }));
    EXPECT_EQ(last_sequence(*store, account), 2);
    store.reset();
    store = open(file);
    EXPECT_EQ(last_sequence(*store, account), 2);
  }
}

TEST_F(FailingDiskTest, ALogThatCannotBeCopiedOverStopsAtItsBound) {
  auto store = open(path, vfs.name());
  auto const account = make_account(*store, "home");
  auto const append = [&] {
    auto large = entry("x");
    large.request_id.assign(400 * 1024, 'r');  // some hundred pages
    return write(*store, [&](Transaction& tx) { tx.ledger().append(account, large); });
  };
  vfs.set(Fault::file_full);
  int kept = 0;
  while (kept < 1000 && append()) ++kept;
  EXPECT_TRUE(store->trouble());
  auto const log_bytes = std::filesystem::file_size(path + "-wal");
  EXPECT_LT(log_bytes, 2u * CheckpointBounds{}.busy_pages * 4096) << kept << " writes";
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(append());
  EXPECT_EQ(std::filesystem::file_size(path + "-wal"), log_bytes) << "it takes no more of the disk";
  EXPECT_EQ(last_sequence(*store, account), kept) << "reads go on";

  vfs.set(Fault::none);
  EXPECT_TRUE(recovers(*store)) << "without a single request";
  EXPECT_TRUE(append());
  EXPECT_EQ(last_sequence(*store, account), kept + 1);
}

TEST_F(FailingDiskTest, ABatchThatCannotBeCommittedAnswersAllOfItUnavailable) {
  auto store = open(path, vfs.name());
  auto const account = make_account(*store, "home");
  std::vector<std::thread> threads;
  std::atomic<int> unavailable{0}, kept{0};
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 50; ++round) {
        if (i == 0 && round % 10 == 5) vfs.set(round % 20 == 5 ? Fault::disk_full : Fault::none);
        auto const done = write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("x")); });
        ++(done ? kept : unavailable);
        if (!done) {
          EXPECT_EQ(done.error().code, ErrorCode::unavailable);
        }
      }
    });
  for (auto& thread : threads) thread.join();
  vfs.set(Fault::none);
  EXPECT_GT(unavailable.load(), 0);
  EXPECT_EQ(last_sequence(*store, account), kept.load()) << "what was acknowledged, and nothing else";
  store.reset();
  EXPECT_EQ(last_sequence(*open(path), account), kept.load());
}

TEST_F(FailingDiskTest, AFailedSyncStopsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        auto store = open(path, vfs.name());
        vfs.set(Fault::sync_error);
        make_account(*store, "home");
      },
      "fsync failed during commit_batch");
}

// -- A file that goes away ----------------------------------------------------------------------------------

TEST_F(SqliteStoreTest, AFileThatWasReplacedOrRemovedStopsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto const elsewhere = directory.file("elsewhere.db");
  EXPECT_DEATH(
      {
        auto store = open(path);
        make_account(*store, "kept");
        std::filesystem::remove(path);
        make_account(*store, "lost");
      },
      "linebook.db was moved, replaced or removed");
  EXPECT_DEATH(
      {
        auto store = open(path);
        make_account(*store, "kept");
        std::filesystem::copy_file(path, elsewhere);
        std::filesystem::rename(elsewhere, path);
        make_account(*store, "lost");
      },
      "linebook.db was moved, replaced or removed");
}

TEST_F(SqliteStoreTest, AMovedFileAndItsLogHoldWhatWasAcknowledged) {
  auto const elsewhere = directory.file("elsewhere.db");
  auto store = open(path);
  auto const account = make_account(*store, "home");
  ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("a")); }));
  std::filesystem::rename(path, elsewhere);
  store.reset();
  std::filesystem::rename(path + "-wal", elsewhere + "-wal");
  EXPECT_EQ(last_sequence(*open(elsewhere), account), 1);
}

// -- Reads that take long -----------------------------------------------------------------------------------

/// Reads until it is told to give up; tells how it ended.
struct EndlessRead final : ReadJob {
  explicit EndlessRead(std::promise<std::optional<Error>>& p) : promise(p) {}
  void run(Transaction const& tx) override {
    for (;;) (void)tx.accounts().list();
  }
  void done(std::optional<Error> error) override { promise.set_value(std::move(error)); }
  std::promise<std::optional<Error>>& promise;
};

TEST_F(SqliteStoreTest, AnUnboundedReadIsGivenUpAtItsDeadline) {
  auto opened = SqliteStore::open(path, {.log = [](std::string_view) {}, .read_deadline = 50ms});
  ASSERT_TRUE(opened);
  auto& store = **opened;
  make_account(store, "home");
  std::promise<std::optional<Error>> ended[3];
  for (auto& promise : ended) store.read(ReadCost::unbounded, std::make_unique<EndlessRead>(promise));
  for (auto& promise : ended) {
    auto const error = promise.get_future().get();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::overloaded);
    EXPECT_THAT(error->message, HasSubstr("took too long"));
  }
  auto const accounts = [](Transaction const& tx) -> Result<std::size_t> {
    return tx.accounts().list().size();
  };
  EXPECT_EQ(read_and_wait(store, accounts, ReadCost::unbounded), 1u) << "the threads go on";
  auto const over = std::chrono::steady_clock::now() + 200ms;
  auto const walked = read_and_wait(store, [&](Transaction const& tx) -> Result<std::size_t> {
    while (std::chrono::steady_clock::now() < over) (void)tx.accounts().list();
    return tx.accounts().list().size();
  });
  EXPECT_EQ(walked, 1u) << "a walk that must see all of it has no deadline";
}

TEST_F(SqliteStoreTest, StoppingGivesUpReadsThatTakeLong) {
  auto store = open(path);
  make_account(*store, "home");
  std::promise<std::optional<Error>> walked, pooled;
  std::thread walker([&] { store->read(ReadCost::long_walk, std::make_unique<EndlessRead>(walked)); });
  store->read(ReadCost::unbounded, std::make_unique<EndlessRead>(pooled));
  std::this_thread::sleep_for(50ms);
  auto const started = std::chrono::steady_clock::now();
  store->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - started, 4s) << "well before the deadline of a read";
  walker.join();
  for (auto* promise : {&walked, &pooled}) {
    auto const error = promise->get_future().get();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::unavailable);
  }
}

// -- A killed process ---------------------------------------------------------------------------------------

/// Writes for ever; tells each acknowledged sequence through the pipe.
[[noreturn]] void write_until_killed(std::string const& path, int pipe) {
  auto store = open(path);
  auto const account = make_account(*store, "home");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (;;) {
        auto const sequence = write_and_wait(*store, [&](Transaction& tx) -> Result<std::int64_t> {
          tx.ledger().append(account, entry("x"));
          return tx.ledger().last_sequence(account);
        });
        if (!sequence || ::write(pipe, &*sequence, sizeof *sequence) != sizeof *sequence) ::_exit(1);
      }
    });
  threads[0].join();
  ::_exit(1);
}

TEST_F(SqliteStoreTest, WhatWasAcknowledgedSurvivesAKill) {
  std::mt19937 random(7);  // the same moments in every run, as far as a scheduler allows
  for (int round = 0; round < 8; ++round) {
    auto const file = directory.file("killed-" + std::to_string(round) + ".db");
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    auto const child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(file, ends[1]);
    ::close(ends[1]);
    std::int64_t acknowledged = 0;
    std::int64_t sequence = 0;
    int left = 20 + static_cast<int>(random() % 200);
    while (::read(ends[0], &sequence, sizeof sequence) == sizeof sequence) {
      acknowledged = std::max(acknowledged, sequence);
      if (--left == 0) {
        ASSERT_EQ(::kill(child, SIGKILL), 0);
      }
    }
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_GT(acknowledged, 0);

    auto store = open(file);
    auto const account = AccountId{1};
    auto const last = last_sequence(*store, account);
    EXPECT_GE(last, acknowledged);
    auto const entries = read_and_wait(*store, [&](Transaction const& tx) -> Result<std::size_t> {
      return tx.ledger().following(account, 0, last + 1).size();
    });
    EXPECT_EQ(static_cast<std::int64_t>(entries.value()), last) << "no gap, none twice";
  }
}

// -- The log ------------------------------------------------------------------------------------------------

TEST_F(SqliteStoreTest, TheLogStaysBoundedWhileReadersHoldSnapshots) {
  auto store = open(path);
  auto const account = make_account(*store, "home");
  struct Look final : ReadJob {
    explicit Look(AccountId a) : account(a) {}
    void run(Transaction const& tx) override { (void)tx.ledger().last_sequence(account); }
    void done(std::optional<Error> error) override { EXPECT_FALSE(error); }
    AccountId account;
  };
  std::string const bulk(40'000, 'x');
  for (int i = 0; i < 2500; ++i) {
    ASSERT_TRUE(write(*store, [&](Transaction& tx) {
      tx.idempotency().keep({account, "key_1", "r", std::to_string(i)},
                            {.body_hash = "h", .status = 200, .head = {}, .body = bulk, .created_at = noon});
    }));
    if (i % 10 == 0) store->read(ReadCost::bounded, std::make_unique<Look>(account));  // and never rests
  }
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 3u * 8192 * 4096) << "100 MB were written";
  store.reset();
  EXPECT_TRUE(!std::filesystem::exists(path + "-wal") || std::filesystem::file_size(path + "-wal") == 0);
}

}  // namespace
}  // namespace linebook
