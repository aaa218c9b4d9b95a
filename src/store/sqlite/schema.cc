#include "store/sqlite/schema.h"

#include <fmt/format.h>

#include <stdexcept>

namespace linebook::sqlite {
namespace {

void apply(Connection& db, Migration const& step) {
  db.execute("BEGIN IMMEDIATE");
  try {
    db.execute(step.sql);
    db.execute(
        fmt::format("INSERT INTO schema_migrations (number, name, applied_at) "
                    "VALUES ({}, '{}', CAST(strftime('%s', 'now') AS INTEGER) * 1000)",
                    step.number, step.name));
    db.execute("COMMIT");
  } catch (...) {
    if (db.in_transaction()) db.execute("ROLLBACK");
    throw;
  }
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

void migrate(Connection& db, std::span<Migration const> known) {
  int const version = schema_version(db, known);
  if (version == 0)
    db.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations ("
        "number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT");
  for (auto const& step : known)
    if (step.number > version) apply(db, step);
}

}  // namespace linebook::sqlite
