// The schema: which one a node starts on, what its tables hold to, and which rights it can do with.
#include "store/postgres/schema.h"

#include <atomic>

#include "fakes/many_at_once.h"
#include "store/postgres/postgres_store_fixture.h"

namespace linebook {
namespace {

using testing::HasSubstr;

TEST_F(PostgresStoreTest, NodesThatStartAtOnceMakeOneSchema) {
  std::atomic<int> opened{0};
  fakes::at_once(6, [&](int) {
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
    " AND t.relname NOT IN ('schema_migrations', 'installation', 'accounts', 'api_keys', 'sessions',"
    "                       'numbers_in_service', 'pool_numbers', 'calling_hours',"
    "                       'do_not_call_lists', 'do_not_call_list_pieces')"};
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

TEST_F(PostgresStoreTest, ClaimsItsMasterKeyOnce) {
  auto const one = open_node(schema.url());
  auto const other = open_node(schema.url());
  EXPECT_TRUE(one->claim_for_master_key("first"));
  EXPECT_TRUE(other->claim_for_master_key("first"));
  auto const another = other->claim_for_master_key("second");
  ASSERT_FALSE(another);
  EXPECT_THAT(another.error().message, HasSubstr("another master key"));
}

}  // namespace
}  // namespace linebook
