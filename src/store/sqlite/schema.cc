#include "store/sqlite/schema.h"

#include <fmt/format.h>

#include <stdexcept>

namespace linebook::sqlite {
namespace {

void apply(Connection& db, Migration const& step) {
  try {
    db.execute(step.sql);
  } catch (StoreUnavailable const&) {
    throw;  // says by itself what is wrong with the disk or the file
  } catch (std::exception const& e) {
    throw std::runtime_error(
        fmt::format("bringing it to schema {} ({}) failed, and it was left as it was: {}", step.number,
                    step.name, e.what()));
  }
  db.execute(
      fmt::format("INSERT INTO schema_migrations (number, name, applied_at) "
                  "VALUES ({}, '{}', CAST(strftime('%s', 'now') AS INTEGER) * 1000)",
                  step.number, step.name));
}

}  // namespace

int schema_version(Connection& db, std::span<Migration const> known) {
  bool const ours =
      db.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'") ==
      1;
  if (!ours) {
    if (db.integer("SELECT count(*) FROM sqlite_schema") > 0)
      throw std::runtime_error("the file is a database, but not one of Linebook");
    return 0;
  }
  auto const version = static_cast<int>(db.integer("SELECT max(number) FROM schema_migrations"));
  int const newest = known.empty() ? 0 : known.back().number;
  if (version > newest)
    throw std::runtime_error(
        fmt::format("the database is of a newer Linebook (schema {}); this one knows schemas up to {}. "
                    "Start the newer program, or restore a backup made by this one",
                    version, newest));
  return version;
}

// All steps or none: what is left of a migration that failed can be opened by the program that came before.
void migrate(Connection& db, std::span<Migration const> known) {
  int const version = schema_version(db, known);
  if (!known.empty() && version == known.back().number) return;
  db.execute("BEGIN IMMEDIATE");
  try {
    if (version == 0)
      db.execute(
          "CREATE TABLE IF NOT EXISTS schema_migrations ("
          "number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT");
    for (auto const& step : known)
      if (step.number > version) apply(db, step);
    db.execute("COMMIT");
  } catch (...) {
    if (db.in_transaction()) db.execute("ROLLBACK");
    throw;
  }
}

}  // namespace linebook::sqlite
