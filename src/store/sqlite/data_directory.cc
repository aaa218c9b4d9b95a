#include "store/sqlite/data_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace linebook {
namespace {

std::unexpected<Error> unusable(std::string const& path, char const* reason) {
  return fail(ErrorCode::unavailable, fmt::format("cannot use the data directory {}: {}", path, reason));
}

/// What the holder wrote into the lock file; empty while it is about to.
std::string holder(int lock_file) {
  std::array<char, 24> text{};
  auto const size = ::pread(lock_file, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid;
}

bool write_own_pid(int lock_file) {
  auto const text = fmt::format("{}\n", ::getpid());
  return ::ftruncate(lock_file, 0) == 0 &&
         ::pwrite(lock_file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<DataDirectory> DataDirectory::lock(std::string const& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  auto const parent = fs::absolute(path, error).parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return unusable(path, std::strerror(errno));

  auto const lock_path = path + "/" + lock_file_name;
  int const file = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return unusable(path, std::strerror(errno));
  DataDirectory directory(path, file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return unusable(path, std::strerror(errno));
    auto const pid = holder(file);
    return fail(ErrorCode::conflict, fmt::format("the data directory {} is in use by another process{}", path,
                                                 pid.empty() ? "" : " (pid " + pid + ")"));
  }
  // A full disk must not keep the service from starting for a line that only helps people.
  (void)write_own_pid(file);
  return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_file_(std::exchange(other.lock_file_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_file_, other.lock_file_);
  return *this;
}

DataDirectory::~DataDirectory() {
  // The file stays: to remove it would let a third process lock another file of the same name.
  if (lock_file_ >= 0) ::close(lock_file_);
}

}  // namespace linebook
