#include "cli/local_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace linebook {
namespace {

std::unexpected<Error> refuse(std::string const& doing, std::string const& path) {
  return fail(ErrorCode::unavailable, "cannot " + doing + " '" + path + "': " + std::strerror(errno));
}

std::string parent_of(std::string const& path) {
  auto parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

class LocalInput final : public InputFile {
 public:
  LocalInput(std::string path, int fd, std::uint64_t size) : path_(std::move(path)), fd_(fd), size_(size) {}
  ~LocalInput() override {
    if (fd_ != STDIN_FILENO) ::close(fd_);
  }

  Result<std::size_t> read(char* into, std::size_t size) override {
    for (;;) {
      auto const n = ::read(fd_, into, size);
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) return refuse("read", path_);
    }
  }
  std::uint64_t size() const override { return size_; }

 private:
  std::string path_;
  int fd_;
  std::uint64_t size_;
};

class LocalOutput final : public OutputFile {
 public:
  LocalOutput(std::string path, std::string part, int fd, ExistingFile existing)
      : path_(std::move(path)), part_(std::move(part)), fd_(fd), existing_(existing) {}
  ~LocalOutput() override {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(part_.c_str());
  }

  Result<void> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      auto const n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return refuse("write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  }

  Result<void> finish() override {
    bool const written = ::fsync(fd_) == 0;
    auto const why = errno;
    ::close(std::exchange(fd_, -1));
    errno = why;
    if (!written || !take_place()) {
      auto refusal = refuse("write", path_);
      ::unlink(part_.c_str());
      return refusal;
    }
    if (int const directory = ::open(parent_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        directory >= 0) {
      ::fsync(directory);
      ::close(directory);
    }
    return {};
  }

 private:
  bool take_place() const {
    if (existing_ == ExistingFile::keep) {
      if (::renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) return true;
      // Not every file system can tell; there, what was looked up at the beginning has to do.
      if (errno != EINVAL && errno != ENOSYS) return false;
    }
    return ::rename(part_.c_str(), path_.c_str()) == 0;
  }

  std::string path_;
  std::string part_;
  int fd_;
  ExistingFile existing_;
};

}  // namespace

Result<std::unique_ptr<InputFile>> open_local_input(std::string const& path) {
  int const fd = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refuse("open", path);
  struct stat about{};
  bool const known = ::fstat(fd, &about) == 0;
  if (known && S_ISDIR(about.st_mode)) {
    ::close(fd);
    errno = EISDIR;
    return refuse("read", path);
  }
  auto const size = known && S_ISREG(about.st_mode) ? static_cast<std::uint64_t>(about.st_size) : 0;
  return std::make_unique<LocalInput>(path, fd, size);
}

Result<std::vector<std::string>> list_local_inputs(std::string const& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) names.push_back(at->path().filename().string());
    if (names.size() > max_listed_files)
      return fail(ErrorCode::unavailable, "'" + directory + "' holds too many files");
  }
  if (error)
    return fail(ErrorCode::unavailable, "cannot list the directory '" + directory + "': " + error.message());
  std::ranges::sort(names);
  return names;
}

Result<std::unique_ptr<OutputFile>> create_local_output(std::string const& path, ExistingFile existing) {
  struct stat about{};
  if (::lstat(path.c_str(), &about) == 0) {
    if (existing == ExistingFile::keep)
      return fail(ErrorCode::already_exists, "'" + path + "' exists already; --force replaces it");
    if (::stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode))
      return fail(ErrorCode::conflict, "cannot write '" + path + "': it is no regular file");
  }
  auto part = path + ".part";
  // What a killed run left goes, but is not written into: it may have another name too.
  if (::unlink(part.c_str()) != 0 && errno != ENOENT) return refuse("write", path);
  // Exports and backups hold names and numbers: for the owner's eyes alone.
  int const fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return refuse("write", path);
  return std::make_unique<LocalOutput>(path, std::move(part), fd, existing);
}

std::optional<FileIdentity> identify(std::string const& path) {
  struct stat about{};
  bool const known = path == "-" ? ::fstat(STDIN_FILENO, &about) == 0 : ::stat(path.c_str(), &about) == 0;
  if (!known) return std::nullopt;
  return FileIdentity{about.st_dev, about.st_ino};
}

std::optional<FileIdentity> identify_parent(std::string const& path) { return identify(parent_of(path)); }

}  // namespace linebook
