#include "store/sqlite/connection.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace linebook::sqlite {
namespace {

// SQLite caps the mapped part of a file at this by default; what lies beyond is read.
constexpr std::int64_t mapped_bytes = 0x7fff0000;
constexpr std::int64_t writer_cache_kib = 64 * 1024;
// Room for the inner pages of ten million numbers' trees: what lies beyond the mapped part is kept here.
constexpr std::int64_t reader_cache_kib = 32 * 1024;
constexpr int busy_wait_ms = 2000;  // only ever met while another process takes a backup's first lock

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Memory statistics take one lock of the whole process at every allocation.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
  });
}

bool is_sync_failure(int code) { return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC; }

[[noreturn]] void stop_after_sync_failure(char const* detail, std::string_view doing) {
  fmt::print(
      stderr,
      "linebook: fsync failed during {} ({}). What is on disk is unknown, so the process stops at once. "
      "Check the disk, then start again: everything acknowledged before is kept.\n",
      doing, detail);
  std::fflush(stderr);
  std::abort();
}

}  // namespace

Connection::Connection(std::string const& path, Access access, std::string const& vfs) {
  start_library();
  int const flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI |
      (access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  int const code = sqlite3_open_v2(path.c_str(), &handle_, flags, vfs.empty() ? nullptr : vfs.c_str());
  try {
    if (code != SQLITE_OK) fail_with(code, "opening " + path);
    sqlite3_busy_timeout(handle_, busy_wait_ms);
    // The writer checkpoints by itself and truncates the log when it closes; nobody else ever does.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    execute("PRAGMA wal_autocheckpoint = 0");
    execute("PRAGMA temp_store = MEMORY");
    execute(fmt::format("PRAGMA mmap_size = {}", mapped_bytes));
    execute(fmt::format("PRAGMA cache_size = -{}",
                        access == Access::read_only ? reader_cache_kib : writer_cache_kib));
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

Connection::~Connection() {
  for (auto& [statement, kept] : statements_) sqlite3_finalize(kept.statement);
  sqlite3_close(handle_);
}

void Connection::execute(std::string const& sql) {
  int const code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_with(code, sql.substr(0, sql.find('\n')));
}

std::int64_t Connection::integer(std::string const& sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr);
  if (code != SQLITE_OK) fail_with(code, sql);
  code = sqlite3_step(statement);
  std::int64_t const value = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail_with(code, sql);
  return value;
}

bool Connection::was_taken_away() const {
  int moved = 0;
  return sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

void Connection::fail_with(int code, std::string_view doing) const {
  char const* const detail = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
  if (is_sync_failure(code)) stop_after_sync_failure(detail, doing);
  auto const message = fmt::format("{}: {} (SQLite {})", doing, detail, code);
  switch (code & 0xff) {
    case SQLITE_AUTH:
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
      throw StatementRefused(message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw FileDamaged(message);
    default:
      throw StoreUnavailable(message);
  }
}

Connection::Prepared& Connection::prepared(Statement const& statement) {
  auto& kept = statements_[&statement];
  if (kept.statement == nullptr) {
    int const code =
        sqlite3_prepare_v3(handle_, statement.sql, -1, SQLITE_PREPARE_PERSISTENT, &kept.statement, nullptr);
    if (code != SQLITE_OK) fail_with(code, statement.name);
  }
  if (kept.busy) throw std::logic_error(std::string(statement.name) + " is already running");
  kept.busy = true;
  return kept;
}

Query::~Query() {
  // Bindings stay behind, dangling, but are always replaced before the next step.
  sqlite3_reset(prepared_.statement);
  prepared_.busy = false;
}

/// What takes long does so before the first row: a search, a sort, many rows changed, a disk that is slow.
int Query::step() {
  if (has_begun_ || connection_.slow_ == nullptr) return sqlite3_step(prepared_.statement);
  has_begun_ = true;
  auto const begun = SlowStatements::coarse_now();
  int const code = sqlite3_step(prepared_.statement);
  connection_.slow_->check(statement_.name, SlowStatements::coarse_now() - begun);
  return code;
}

bool Query::next() {
  int const code = step();
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  span_.fail();
  connection_.fail_with(code, statement_.name);
}

std::int64_t Query::run() {
  while (next()) {
  }
  return sqlite3_changes64(connection_.handle());
}

}  // namespace linebook::sqlite
