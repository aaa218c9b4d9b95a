#include "base/durable_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace linebook {
namespace {

void sync_path(std::filesystem::path const& path, int flags) {
  int const file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) throw std::system_error(errno, std::generic_category(), path.string());
  int const failed = ::fsync(file);
  int const reason = errno;
  ::close(file);
  if (failed != 0) throw std::system_error(reason, std::generic_category(), path.string());
}

}  // namespace

void sync_file(std::filesystem::path const& path) { sync_path(path, O_RDONLY); }

void sync_directory(std::filesystem::path const& directory) {
  sync_path(directory.empty() ? "." : directory, O_DIRECTORY);
}

}  // namespace linebook
