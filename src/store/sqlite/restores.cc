#include "store/sqlite/restores.h"

#include <fmt/format.h>

#include "base/durable_files.h"
#include "store/sqlite/schema.h"

namespace linebook {

using namespace sqlite;
namespace fs = std::filesystem;

namespace {

constexpr Statement fingerprint_of_backup{
    "fingerprint_of_backup", "SELECT value FROM installation WHERE name = 'master_key_fingerprint'"};

constexpr int steps_between_asking = 100'000;  // of SQLite's machine: milliseconds

/// For a file: URI, so that a question mark in a path begins no options.
std::string percent_encoded(std::string const& path) {
  std::string out;
  for (char const c : path) {
    if (c == '%' || c == '?' || c == '#')
      out += fmt::format("%{:02X}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out;
}

std::optional<std::string> fault_of(Connection& db) {
  if (schema_version(db, all_migrations()) == 0) return "it is an empty database";
  if (db.integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") != 0)
    return "it is damaged: SQLite's integrity check found faults";
  if (db.integer("SELECT count(*) FROM pragma_foreign_key_check") != 0)
    return "it is damaged: rows refer to rows that are not there";
  return std::nullopt;
}

/// What the database's log holds goes into the database, so that the log can be removed before its database
/// is. Throws where that fails: the log may be all that holds the latest writes.
void fold_log_into(std::string const& database) {
  try {
    Connection db(database, Access::read_write);
    // SQLite tells by a row, not by an error, that somebody was in the way.
    if (db.integer("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
      throw StoreUnavailable("another process is using the database that is to be replaced");
  } catch (FileDamaged const&) {
    // What is no database, or no whole one, loses nothing with its log.
  }
}

}  // namespace

Result<BackupContents> SqliteRestores::inspect(fs::path const& file, std::function<bool()> const& gives_up) {
  auto const refuse = [&](std::string const& why) {
    return fail(ErrorCode::conflict, fmt::format("{} cannot be restored: {}", file.string(), why));
  };
  std::error_code error;
  if (!fs::is_regular_file(file, error))
    return fail(ErrorCode::not_found, fmt::format("{} is no file", file.string()));
  try {
    // Immutable: no log and no lock file appears beside it.
    Connection db("file:" + percent_encoded(fs::absolute(file)) + "?immutable=1", Access::read_only);
    auto const ask = [](void* asked) {
      return (*static_cast<std::function<bool()> const*>(asked))() ? 1 : 0;
    };
    if (gives_up)
      sqlite3_progress_handler(db.handle(), steps_between_asking, ask,
                               const_cast<std::function<bool()>*>(&gives_up));
    if (auto const fault = fault_of(db)) return refuse(*fault);
    Query kept(db, fingerprint_of_backup);
    return BackupContents{kept.next() ? kept.get<std::string>(0) : std::string()};
  } catch (std::exception const& e) {
    return refuse(e.what());
  }
}

Result<void> SqliteRestores::put_in_place(fs::path const& file, ExistingDatabase existing) {
  std::error_code error;
  bool const replaces = fs::exists(database_, error);
  if (replaces && existing == ExistingDatabase::keep)
    return fail(ErrorCode::already_exists,
                fmt::format("there is a database already: {}", database_.string()));
  try {
    if (replaces) fold_log_into(database_);
    // A log left behind would be taken for the new database's.
    for (auto const* suffix : {"-wal", "-shm", "-journal"}) fs::remove(database_.string() + suffix);
    sync_directory(database_.parent_path());
    fs::rename(file, database_);
    sync_directory(database_.parent_path());
    return {};
  } catch (std::exception const& e) {
    return fail(ErrorCode::unavailable,
                fmt::format("{} cannot be put in place: {}", file.string(), e.what()));
  }
}

}  // namespace linebook
