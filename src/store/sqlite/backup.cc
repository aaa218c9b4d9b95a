#include "store/sqlite/backup.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/durable_files.h"
#include "store/sqlite/connection.h"

namespace linebook::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int pages_per_step = 1024;  // 4 MiB between two reports of progress

void copy_pages(Connection& from, Connection& to, CopyProgress const& progress) {
  auto const page_size = from.integer("PRAGMA page_size");
  // Finished also when the progress throws.
  std::unique_ptr<sqlite3_backup, decltype(&sqlite3_backup_finish)> copy(
      sqlite3_backup_init(to.handle(), "main", from.handle(), "main"), sqlite3_backup_finish);
  if (!copy) to.fail_with(sqlite3_errcode(to.handle()), "starting a backup");
  for (;;) {
    int const code = sqlite3_backup_step(copy.get(), pages_per_step);
    if (code != SQLITE_OK && code != SQLITE_DONE) to.fail_with(code, "backup");
    std::int64_t const total = sqlite3_backup_pagecount(copy.get());
    std::int64_t const done = total - sqlite3_backup_remaining(copy.get());
    if (progress)
      progress(static_cast<std::uint64_t>(done * page_size), static_cast<std::uint64_t>(total * page_size));
    if (code == SQLITE_DONE) return;
  }
}

void write_copy(std::string const& source, std::string const& vfs, fs::path const& target,
                CopyProgress const& progress) {
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

/// Not over a file that came to be meanwhile, where the file system can tell.
void rename_to_new(fs::path const& from, fs::path const& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno != EINVAL && errno != ENOSYS)
    throw std::runtime_error(fmt::format("cannot name it {}: {}", to.string(), std::strerror(errno)));
  fs::rename(from, to);
}

}  // namespace

Result<void> copy_database(std::string const& source, std::string const& vfs, fs::path const& file,
                           CopyProgress const& progress) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(file, ignored)))
    return fail(ErrorCode::already_exists,
                fmt::format("{} exists; a backup replaces no file", file.string()));
  auto const partial = file.string() + ".partial";
  auto const clear = [&] {
    for (auto const* suffix : {"", "-journal", "-wal", "-shm"}) fs::remove(partial + suffix, ignored);
  };
  clear();
  try {
    write_copy(source, vfs, partial, progress);
    sync_file(partial);
    rename_to_new(partial, file);
    sync_directory(file.parent_path());
    return {};
  } catch (std::exception const& e) {
    clear();
    return fail(ErrorCode::unavailable, fmt::format("the backup to {} failed: {}", file.string(), e.what()));
  } catch (...) {
    clear();
    throw;
  }
}

}  // namespace linebook::sqlite
