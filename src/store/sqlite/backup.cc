// Backups beside a running store, and the check of a file that is to be restored.
#include "store/sqlite/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "store/sqlite/schema.h"

namespace linebook {

using namespace sqlite;

namespace {

constexpr int pages_per_step = 2048;  // 8 MiB between two reports of progress

void sync_to_disk(std::string const& path, int flags) {
  int const file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) throw std::runtime_error(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  int const failed = ::fsync(file);
  int const reason = errno;
  ::close(file);
  if (failed != 0) throw std::runtime_error(fmt::format("cannot sync {}: {}", path, std::strerror(reason)));
}

void copy_pages(Connection& from, Connection& to, SqliteStore::BackupProgress const& progress) {
  auto* const copy = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (copy == nullptr) to.fail_with(sqlite3_errcode(to.handle()), "starting a backup");
  int code = SQLITE_OK;
  do {
    code = sqlite3_backup_step(copy, pages_per_step);
    std::int64_t const total = sqlite3_backup_pagecount(copy);
    if (progress) progress(total - sqlite3_backup_remaining(copy), total);
  } while (code == SQLITE_OK);
  int const finished = sqlite3_backup_finish(copy);
  if (code != SQLITE_DONE) to.fail_with(finished != SQLITE_OK ? finished : code, "backup");
}

void write_backup(std::string const& source, std::string const& vfs, std::string const& target,
                  SqliteStore::BackupProgress const& progress) {
  Connection from(source, Access::read_only, vfs);
  // One read transaction over all steps: what is committed meanwhile does not make the copy start anew.
  from.execute("BEGIN; SELECT count(*) FROM schema_migrations");
  Connection to(target, Access::read_write);
  // Nobody reads the copy before it has been synced as a whole.
  to.execute("PRAGMA synchronous = OFF");
  copy_pages(from, to, progress);
  // One file that needs no log beside it.
  to.execute("PRAGMA journal_mode = DELETE");
}

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

}  // namespace

Result<void> sqlite::copy_database(std::string const& source, std::string const& vfs, std::string const& path,
                                   SqliteStore::BackupProgress const& progress) {
  namespace fs = std::filesystem;
  auto const partial = path + ".partial";
  std::error_code ignored;
  fs::remove(partial, ignored);
  try {
    write_backup(source, vfs, partial, progress);
    sync_to_disk(partial, O_RDONLY);
    fs::rename(partial, path);
    auto const directory = fs::path(path).parent_path();
    sync_to_disk(directory.empty() ? "." : directory.string(), O_RDONLY | O_DIRECTORY);
    return {};
  } catch (std::exception const& e) {
    for (auto const* suffix : {"", "-journal", "-wal", "-shm"}) fs::remove(partial + suffix, ignored);
    return fail(ErrorCode::unavailable, fmt::format("backup to {} failed: {}", path, e.what()));
  }
}

Result<void> check_sqlite_file(std::string const& path) {
  try {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
      return fail(ErrorCode::not_found, fmt::format("{} is no file", path));
    // Immutable: no log or lock file appears beside it.
    Connection db("file:" + percent_encoded(path) + "?immutable=1", Access::read_only);
    if (schema_version(db, all_migrations()) == 0)
      return fail(ErrorCode::conflict, fmt::format("{} is an empty database", path));
    if (db.integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") != 0)
      return fail(ErrorCode::conflict,
                  fmt::format("{} is damaged: SQLite's integrity check found faults", path));
    if (db.integer("SELECT count(*) FROM pragma_foreign_key_check") != 0)
      return fail(ErrorCode::conflict,
                  fmt::format("{} is damaged: rows refer to rows that are not there", path));
    return {};
  } catch (std::exception const& e) {
    return fail(ErrorCode::conflict, fmt::format("{} cannot be restored: {}", path, e.what()));
  }
}

}  // namespace linebook
