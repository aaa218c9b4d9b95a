#include "store/sqlite/replica/replica_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace linebook::sqlite {
namespace {

constexpr char const* lock_name = "lock";

[[noreturn]] void fail_with_errno(std::string const& path, int reason) {
  throw std::runtime_error(fmt::format("{}: {}", path, std::strerror(reason)));
}

class OwnedDescriptor {
 public:
  OwnedDescriptor(std::string const& path, int descriptor) : descriptor_(descriptor) {
    if (descriptor_ < 0) fail_with_errno(path, errno);
  }
  ~OwnedDescriptor() { ::close(descriptor_); }
  OwnedDescriptor(OwnedDescriptor const&) = delete;
  OwnedDescriptor& operator=(OwnedDescriptor const&) = delete;
  int get() const { return descriptor_; }

 private:
  int const descriptor_;
};

class PosixReplicaFile final : public ReplicaFile {
 public:
  explicit PosixReplicaFile(std::string path)
      : path_(std::move(path)),
        file_(path_, ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}

  void append(std::string_view bytes) override {
    while (!bytes.empty()) {
      auto const n = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail_with_errno(path_, errno);
      size_ += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void sync() override {
    if (::fdatasync(file_.get()) != 0) fail_with_errno(path_, errno);
  }
  void reserve(std::uint64_t bytes) override {
    auto const failed = ::fallocate(file_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(size_),
                                    static_cast<off_t>(bytes)) != 0;
    if (failed && errno != EOPNOTSUPP && errno != ENOSYS) fail_with_errno(path_, errno);
  }
  bool is_in_place() const override {
    struct stat named{};
    struct stat open{};
    return ::stat(path_.c_str(), &named) == 0 && ::fstat(file_.get(), &open) == 0 &&
           named.st_ino == open.st_ino && named.st_dev == open.st_dev;
  }

 private:
  std::string const path_;
  OwnedDescriptor const file_;
  std::uint64_t size_ = 0;
};

class PosixReplicaDirectory final : public ReplicaDirectory {
 public:
  PosixReplicaDirectory(std::string path, ReplicaUse use) : path_(std::move(path)) {
    if (use == ReplicaUse::make_write && ::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST)
      fail_with_errno(path_, errno);
    struct stat about{};
    if (::stat(path_.c_str(), &about) != 0) fail_with_errno(path_, errno);
    if (!S_ISDIR(about.st_mode)) fail_with_errno(path_, ENOTDIR);
    if (use != ReplicaUse::read) lock();
  }

  std::vector<std::string> names() override {
    std::unique_ptr<DIR, int (*)(DIR*)> const directory(::opendir(path_.c_str()), ::closedir);
    if (!directory) fail_with_errno(path_, errno);
    std::vector<std::string> names;
    errno = 0;
    while (auto const* entry = ::readdir(directory.get())) names.emplace_back(entry->d_name);
    if (errno != 0) fail_with_errno(path_, errno);
    return names;
  }
  std::unique_ptr<ReplicaFile> create(std::string const& name) override {
    return std::make_unique<PosixReplicaFile>(in(name));
  }
  std::uint64_t size(std::string const& name) override {
    struct stat about{};
    if (::stat(in(name).c_str(), &about) != 0) fail_with_errno(in(name), errno);
    return static_cast<std::uint64_t>(about.st_size);
  }
  std::string read(std::string const& name, std::uint64_t at, std::size_t bytes) override {
    auto const path = in(name);
    OwnedDescriptor const file(path, ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text(bytes, '\0');
    std::size_t done = 0;
    while (done < bytes) {
      auto const n = ::pread(file.get(), text.data() + done, bytes - done, static_cast<off_t>(at + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail_with_errno(path, errno);
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    text.resize(done);
    return text;
  }
  void sync(std::string const& name) override { sync_path(in(name), O_RDONLY); }
  void remove(std::string const& name) override {
    if (::unlink(in(name).c_str()) != 0 && errno != ENOENT) fail_with_errno(in(name), errno);
  }
  void sync_names() override { sync_path(path_, O_DIRECTORY); }

 private:
  std::string in(std::string const& name) const { return path_ + "/" + name; }

  static void sync_path(std::string const& path, int flags) {
    OwnedDescriptor const file(path, ::open(path.c_str(), flags | O_CLOEXEC));
    if (::fsync(file.get()) != 0) fail_with_errno(path, errno);
  }

  void lock() {
    auto const path = in(lock_name);
    lock_ = std::make_unique<OwnedDescriptor>(path, ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (::flock(lock_->get(), LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK) fail_with_errno(path, errno);
    throw std::runtime_error(path_ + " is in use by another process");
  }

  std::string const path_;
  std::unique_ptr<OwnedDescriptor> lock_;
};

}  // namespace

std::unique_ptr<ReplicaDirectory> open_replica_directory(std::string const& path, ReplicaUse use) {
  return std::make_unique<PosixReplicaDirectory>(path, use);
}

}  // namespace linebook::sqlite
