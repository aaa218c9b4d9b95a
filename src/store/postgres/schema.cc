#include "store/postgres/schema.h"

#include <fmt/format.h>

#include <stdexcept>
#include <thread>

#include "store/postgres/script.h"

namespace linebook::postgres {
namespace {

constexpr int max_migration_attempts = 20;  // of a node that was not the first
constexpr std::chrono::milliseconds between_migration_attempts{100};

constexpr Statement tables_here{
    "tables_here",
    "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')"};
constexpr Statement migrations_table_here{
    "migrations_table_here",
    "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relname = 'schema_migrations'"};
constexpr Statement newest_migration{"newest_migration", "SELECT max(number) FROM schema_migrations"};

/// 0: empty.
int version_of(Connection& db, std::span<Migration const> known) {
  if (db.run(migrations_table_here).number() == 0) {
    if (db.run(tables_here).number() > 0)
      throw std::runtime_error("it holds tables, but not those of Linebook; give a database of its own");
    return 0;
  }
  auto const version = static_cast<int>(db.run(newest_migration).number());
  int const newest = known.empty() ? 0 : known.back().number;
  if (version > newest)
    throw std::runtime_error(
        fmt::format("it is of a newer Linebook (schema {}); this one knows schemas up to {}. Start the newer "
                    "program",
                    version, newest));
  return version;
}

/// All steps after `version`, or nothing. Row 0 is no step, but what nodes wait for.
void run_steps(Connection& db, std::span<Migration const> known, int version) {
  auto const run = [&](std::string_view script) {
    for (auto const statement : statements_in(script)) db.run_script(std::string(statement));
  };
  run("BEGIN; SET LOCAL citus.multi_shard_modify_mode = 'sequential';"
      " CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT NOT NULL PRIMARY KEY,"
      " name TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL DEFAULT now());"
      " INSERT INTO schema_migrations (number, name) VALUES (0, 'lock') ON CONFLICT DO NOTHING;"
      " SELECT 1 FROM schema_migrations WHERE number = 0 FOR UPDATE");
  for (auto const& step : known) {
    if (step.number <= version) continue;
    // Where another node was first this refuses, and all of it.
    run(fmt::format("INSERT INTO schema_migrations (number, name) VALUES ({}, '{}')", step.number,
                    step.name));
    run(step.sql);
  }
  run("COMMIT");
}

}  // namespace

int ready_schema(Connection& db, std::span<Migration const> known, OlderSchema older) {
  int const newest = known.empty() ? 0 : known.back().number;
  for (int attempt = 1;; ++attempt) {
    int const version = version_of(db, known);
    if (version == newest) return version;
    if (version > 0 && older == OlderSchema::is_refused)
      throw std::runtime_error(fmt::format(
          "it is of an older Linebook (schema {}); this one needs schema {}. Run `linebook migrate` with the "
          "same --database first",
          version, newest));
    try {
      run_steps(db, known, version);
    } catch (StatementRefused const& refusal) {
      using Why = StatementRefused::Why;
      bool const met_another = refusal.why == Why::constraint || refusal.why == Why::conflict;
      if (!met_another || attempt == max_migration_attempts) throw;
      // As a rule another node is just doing the same, and its work shows when it has committed.
      if (version_of(db, known) != newest) std::this_thread::sleep_for(between_migration_attempts);
    }
  }
}

}  // namespace linebook::postgres
