// The schema: whose database is opened, what its tables hold to, and what its triggers refuse.
#include "store/sqlite/schema.h"

#include <fstream>

#include "store/sqlite/connection.h"
#include "store/sqlite/migrations/migrations.h"
#include "store/sqlite/open_books.h"
#include "store/sqlite/sqlite_store_fixture.h"

namespace linebook {
namespace {

using sqlite::Access;
using sqlite::Connection;
using testing::HasSubstr;

// -- Opening and migrating ----------------------------------------------------------------------------------

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
  try {
    sqlite::migrate(db, steps);
    ADD_FAILURE() << "it should have failed";
  } catch (std::runtime_error const& e) {
    EXPECT_THAT(e.what(), HasSubstr("schema 2 (bad) failed, and it was left as it was"));
  }
  EXPECT_EQ(db.integer("SELECT count(*) FROM sqlite_schema"), 0);
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
                                       3438095767645982166u,  3170482318656387250u,  9612503168423791611u,
                                       5634606267764008684u,  12179274448785329031u, 6828926058670267840u,
                                       12091502869666883188u, 5301844756042380398u,  15613940053363679234u,
                                       7722118838714527249u};
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
          " AND t.name NOT IN ('schema_migrations', 'installation', 'accounts', 'api_keys', 'sessions',"
          "                    'numbers_in_service', 'pool_numbers', 'calling_hours')"
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
    auto& db = sqlite::connection_of(tx);
    for (auto const* attempt :
         {"UPDATE ledger SET actor = 'nobody'", "DELETE FROM ledger",
          "INSERT INTO ledger SELECT * FROM ledger WHERE true ON CONFLICT DO UPDATE SET actor = 'nobody'",
          "UPDATE ledger_seals SET chain = x'00'", "DELETE FROM ledger_seals"})
      EXPECT_THROW(db.execute(attempt), sqlite::StatementRefused) << attempt;
  }));
}

}  // namespace
}  // namespace linebook
