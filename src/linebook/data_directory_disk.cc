#include "linebook/data_directory_disk.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/data_directory_files.h"

namespace linebook {
namespace {

/// With its log; nothing where there is no such file.
std::optional<std::int64_t> bytes_of_database(std::string const& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return std::nullopt;
  std::int64_t bytes = about.st_size;
  if (::stat((path + "-wal").c_str(), &about) == 0) bytes += about.st_size;
  return bytes;
}

}  // namespace

std::optional<DiskReport> DataDirectoryDisk::report() const {
  struct statvfs about{};
  if (::statvfs(directory_.c_str(), &about) != 0) return std::nullopt;
  auto const block = static_cast<std::int64_t>(about.f_frsize);
  return DiskReport{.bytes = static_cast<std::int64_t>(about.f_blocks) * block,
                    .free_bytes = static_cast<std::int64_t>(about.f_bavail) * block,
                    .database_bytes = bytes_of_database(directory_ + "/" + database_file_name)};
}

}  // namespace linebook
