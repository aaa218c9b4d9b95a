#include "crash/recovery.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>
#include <stdexcept>

#include "app/access/accounts.h"
#include "app/ports/blocking.h"
#include "crash/workload.h"

namespace linebook::crash {
namespace {

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Database = std::unique_ptr<sqlite3, Close>;

[[noreturn]] void fail_with(sqlite3* db, char const* doing) {
  throw std::runtime_error(
      fmt::format("{}: {} ({})", doing, sqlite3_errmsg(db), sqlite3_extended_errcode(db)));
}

Database open(fakes::RecordingVfs const& vfs) {
  sqlite3* handle = nullptr;
  int const code =
      sqlite3_open_v2(database.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, vfs.name().c_str());
  Database db(handle);
  if (code != SQLITE_OK) fail_with(handle, "opening");
  return db;
}

void execute(sqlite3* db, char const* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail_with(db, sql);
}

/// The first column of the first row.
std::string value(sqlite3* db, char const* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) != SQLITE_OK) fail_with(db, sql);
  int const code = sqlite3_step(statement);
  std::string found;
  if (code == SQLITE_ROW && sqlite3_column_text(statement, 0) != nullptr)
    found = reinterpret_cast<char const*>(sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail_with(db, sql);
  return found;
}

struct Invariant {
  char const* what;
  char const* sql;
  char const* expected;
};

constexpr Invariant invariants[] = {
    {"the file is damaged", "PRAGMA quick_check", "ok"},
    {"a ledger has gaps",
     "SELECT count(*) FROM ledger_heads h WHERE h.last_sequence <>"
     " (SELECT CASE WHEN max(sequence) = count(*) AND min(sequence) = 1 THEN count(*) ELSE -1 END"
     "  FROM ledger l WHERE l.account_id = h.account_id)",
     "0"},
    {"a ledger has no head",
     "SELECT count(*) FROM ledger WHERE account_id NOT IN (SELECT account_id FROM ledger_heads)", "0"},
    {"two primaries of one person and type",
     "SELECT count(*) FROM (SELECT 1 FROM contact_numbers NOT INDEXED WHERE is_primary"
     " GROUP BY account_id, person_type, person_id, phone_type HAVING count(*) > 1)",
     "0"},
    {"a total is no count",
     "SELECT count(*) FROM account_totals t WHERE t.contact_numbers <>"
     "  (SELECT count(*) FROM contact_numbers c WHERE c.account_id = t.account_id)"
     " OR t.patients <> (SELECT count(*) FROM people p WHERE p.account_id = t.account_id AND person_type = "
     "'patient')"
     " OR t.doctors <> (SELECT count(*) FROM people p WHERE p.account_id = t.account_id AND person_type = "
     "'doctor')",
     "0"},
    {"a number belongs to nobody", "PRAGMA foreign_key_check", ""},
    {"a number is not in the ledger",
     "SELECT count(*) FROM contact_numbers c WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE"
     " l.account_id = c.account_id AND l.entity_id = c.id AND l.action = 'created')",
     "0"},
};

}  // namespace

fakes::FileImage Recovery::database_after(fakes::DiskImage const& disk) {
  vfs_.load(disk);
  {
    auto const db = open(vfs_);
    execute(db.get(), "PRAGMA schema_version");  // reads the log
    if (sqlite3_wal_checkpoint_v2(db.get(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) !=
        SQLITE_OK)
      fail_with(db.get(), "copying the log over");
  }
  return vfs_.disk()[database];
}

std::string Recovery::faults_in_tables(fakes::DiskImage const& disk) {
  vfs_.load(disk);
  try {
    auto const db = open(vfs_);
    for (auto const& invariant : invariants)
      if (auto const found = value(db.get(), invariant.sql); found != invariant.expected)
        return fmt::format("{}: {}", invariant.what, found);
    return {};
  } catch (std::runtime_error const& error) {
    return error.what();
  }
}

std::string Recovery::faults_in_store(fakes::DiskImage const& disk, Books const& expected) {
  vfs_.load(disk);
  auto const store = SqliteStore::open(database, store_options(vfs_));
  if (!store) return store.error().message;
  auto const faults = read_and_wait(**store, [&](Transaction const& tx) -> Result<std::string> {
    if (auto difference = difference_of(expected, read_books(tx, expected)); !difference.empty())
      return difference;
    for (auto const& account : tx.accounts().list())
      if (auto found = ledger_faults(tx, account.id); !found.empty()) return found;
    return std::string();
  });
  return faults ? *faults : faults.error().message;
}

std::string Recovery::faults_at_work(fakes::DiskImage const& disk) {
  vfs_.load(disk);
  fakes::CountingIds ids;
  fakes::PlainSecrets secrets;
  Policies const policies;
  Context const ctx{{}, "operator", "req_0", Instant::from_seconds(1'750'000'000), ids, secrets, policies};
  for (auto const* name : {"first", "second"}) {
    auto const store = SqliteStore::open(database, store_options(vfs_));
    if (!store) return store.error().message;
    auto const made =
        write_and_wait(**store, [&](Transaction& tx) { return linebook::create_account(tx, ctx, name); });
    if (!made) return made.error().message;
    auto const found = read_and_wait(
        **store, [&](Transaction const& tx) -> Result<std::string> { return ledger_faults(tx, made->id); });
    if (!found) return found.error().message;
    if (!found->empty()) return *found;
  }
  return faults_in_tables(vfs_.disk());
}

}  // namespace linebook::crash
