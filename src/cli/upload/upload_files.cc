#include "cli/upload/upload_files.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "app/ports/import_desk.h"

namespace linebook {
namespace {

constexpr std::int64_t spared_disk_bytes = max_upload_bytes;  // that the database may still grow

std::int64_t available_bytes(std::filesystem::path const& directory) {
  struct statvfs about{};
  if (::statvfs(directory.c_str(), &about) != 0) return 0;
  return static_cast<std::int64_t>(about.f_bavail) * static_cast<std::int64_t>(about.f_frsize);
}

}  // namespace

UploadFiles::UploadFiles(std::filesystem::path directory) : directory_(std::move(directory)) { remove_all(); }

bool UploadFiles::has_room_for(std::int64_t bytes) const {
  std::error_code failed;
  std::filesystem::create_directories(directory_, failed);
  return !failed && available_bytes(directory_) - bytes >= spared_disk_bytes;
}

bool UploadFiles::write_at(std::string const& id, std::int64_t offset, std::string_view bytes) const {
  // Others fill the disk, too, since the file was announced.
  if (!has_room_for(static_cast<std::int64_t>(bytes.size()))) return false;
  int const file = ::open(file_of(id).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return false;
  while (!bytes.empty()) {
    auto const written = ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    offset += written;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::close(file) == 0 && bytes.empty();
}

std::optional<std::string> UploadFiles::rejects(std::string const& id) const {
  std::ifstream file(rejects_of(id), std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void UploadFiles::remove_file(std::string const& id) const {
  std::error_code ignored;
  std::filesystem::remove(file_of(id), ignored);
}

void UploadFiles::remove(std::string const& id) const {
  remove_file(id);
  std::error_code ignored;
  std::filesystem::remove(rejects_of(id), ignored);
}

void UploadFiles::remove_all() const {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace linebook
