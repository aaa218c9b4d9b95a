// An SQLite VFS whose files are in memory, and which can keep a log of all that would reach a disk: what a
// power cut leaves can then be made from any beginning of that log. The shared memory of a WAL (-shm) is not
// part of the disk. Any thread may use its files.
#pragma once

#include <sqlite3.h>

#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/file_image.h"

namespace linebook::fakes {

struct DiskOperation {
  enum class Kind {
    create,
    remove,
    write,
    truncate,        // `at` is the new size
    sync,            // of the file
    sync_directory,  // of all names in it; `file` is its path with a slash, empty for the main one
    note,            // nothing of the disk's: `at` is whatever the one who notes it means by it
  };
  Kind kind;
  std::string file = {};
  std::size_t at = 0;
  std::string bytes = {};

  bool operator==(DiskOperation const&) const = default;
};

using DiskLog = std::vector<DiskOperation>;
/// Files by their path.
using DiskImage = std::map<std::string, FileImage>;

class RecordingVfs {
 public:
  explicit RecordingVfs(std::string name) : name_(std::move(name)) {
    auto* const beneath = sqlite3_vfs_find(nullptr);
    vfs_ = *beneath;
    vfs_.iVersion = 2;
    vfs_.szOsFile = static_cast<int>(sizeof(File));
    vfs_.zName = name_.c_str();
    vfs_.pNext = nullptr;
    vfs_.pAppData = this;
    vfs_.xOpen = &RecordingVfs::open;
    vfs_.xDelete = &RecordingVfs::remove;
    vfs_.xAccess = &RecordingVfs::access;
    vfs_.xFullPathname = &RecordingVfs::full_path;
    // The same times in every run.
    vfs_.xCurrentTimeInt64 = [](sqlite3_vfs*, sqlite3_int64* now) {
      *now = 212'000'000'000'000;
      return SQLITE_OK;
    };
    // Randomness, sleep and the rest are the VFS's that this is a copy of; they look at nothing but
    // themselves.
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~RecordingVfs() { sqlite3_vfs_unregister(&vfs_); }
  RecordingVfs(RecordingVfs const&) = delete;
  RecordingVfs& operator=(RecordingVfs const&) = delete;

  std::string const& name() const { return name_; }

  /// Puts other files in the place of all there are. No file is open.
  void load(DiskImage const& disk) {
    std::scoped_lock lock(mutex_);
    nodes_.clear();
    for (auto const& [path, content] : disk) nodes_.emplace(path, std::make_shared<Node>(content));
  }
  DiskImage disk() const {
    std::scoped_lock lock(mutex_);
    DiskImage disk;
    for (auto const& [path, node] : nodes_) disk.emplace(path, node->content);
    return disk;
  }

  void start_recording() {
    std::scoped_lock lock(mutex_);
    is_recording_ = true;
  }
  DiskLog stop_recording() {
    std::scoped_lock lock(mutex_);
    is_recording_ = false;
    return std::exchange(log_, {});
  }
  /// Notes something of the caller's own between the operations.
  void note(std::size_t what) {
    std::scoped_lock lock(mutex_);
    record({.kind = DiskOperation::Kind::note, .at = what});
  }

  // Files that SQLite knows nothing of, recorded likewise.
  /// Empty, whatever was there before.
  void create_file(std::string const& path) {
    std::scoped_lock lock(mutex_);
    auto& node = nodes_[path];
    if (node) {
      node->content.truncate(0);
      record({.kind = DiskOperation::Kind::truncate, .file = path, .at = 0});
    } else {
      node = std::make_shared<Node>();
      record({.kind = DiskOperation::Kind::create, .file = path});
    }
  }
  void append_to_file(std::string const& path, std::string_view bytes) {
    std::scoped_lock lock(mutex_);
    auto& content = nodes_.at(path)->content;
    record({DiskOperation::Kind::write, path, content.size(), std::string(bytes)});
    content.write(content.size(), bytes);
  }
  void sync_file(std::string const& path) {
    std::scoped_lock lock(mutex_);
    record({.kind = DiskOperation::Kind::sync, .file = path});
  }
  void remove_file(std::string const& path) {
    std::scoped_lock lock(mutex_);
    if (nodes_.erase(path) != 0) record({.kind = DiskOperation::Kind::remove, .file = path});
  }
  void sync_directory(std::string const& path) {
    std::scoped_lock lock(mutex_);
    record({.kind = DiskOperation::Kind::sync_directory, .file = path});
  }

 private:
  using Kind = DiskOperation::Kind;
  using Region = std::array<char, 32768>;

  struct File;
  struct Node {
    explicit Node(FileImage image = {}) : content(std::move(image)) {}
    FileImage content;
    // SQLite's locks on the database file
    int shared = 0;
    File const* reserved = nullptr;
    File const* pending = nullptr;
    File const* exclusive = nullptr;
    // the WAL index
    int index_users = 0;
    std::vector<std::unique_ptr<Region>> index;
    std::array<int, SQLITE_SHM_NLOCK> index_shared{};
    std::array<File const*, SQLITE_SHM_NLOCK> index_exclusive{};
  };

  struct File {
    sqlite3_file base{};
    RecordingVfs* vfs = nullptr;
    std::string path = {};  // empty: a temporary file
    std::shared_ptr<Node> node = {};
    bool syncs_directory = false;  // at its first sync, as SQLite's own VFS does
    int lock = SQLITE_LOCK_NONE;
    bool uses_index = false;
    unsigned index_shared = 0;  // a bit a lock
  };

  static RecordingVfs& of(sqlite3_vfs* vfs) { return *static_cast<RecordingVfs*>(vfs->pAppData); }
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

  void record(DiskOperation operation) {
    if (is_recording_) log_.push_back(std::move(operation));
  }

  // -- The directory

  static int open(sqlite3_vfs* self, char const* path, sqlite3_file* memory, int flags, int* out_flags) {
    auto& vfs = of(self);
    std::scoped_lock lock(vfs.mutex_);
    auto* const file = new (memory) File;
    file->vfs = &vfs;
    if (out_flags != nullptr) *out_flags = flags;
    if (path == nullptr) {
      file->node = std::make_shared<Node>();
    } else {
      auto& node = vfs.nodes_[path];
      if (!node) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) {
          vfs.nodes_.erase(path);
          file->~File();
          reinterpret_cast<sqlite3_file*>(memory)->pMethods = nullptr;
          return SQLITE_CANTOPEN;
        }
        node = std::make_shared<Node>();
        vfs.record({.kind = Kind::create, .file = path});
      }
      file->path = path;
      file->node = node;
      file->syncs_directory =
          (flags & SQLITE_OPEN_CREATE) != 0 && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    }
    file->base.pMethods = methods();
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* self, char const* path, int sync_directory) {
    auto& vfs = of(self);
    std::scoped_lock lock(vfs.mutex_);
    if (vfs.nodes_.erase(path) == 0) return SQLITE_IOERR_DELETE_NOENT;
    vfs.record({.kind = Kind::remove, .file = path});
    if (sync_directory != 0) vfs.record({.kind = Kind::sync_directory});
    return SQLITE_OK;
  }

  static int access(sqlite3_vfs* self, char const* path, int flags, int* result) {
    auto& vfs = of(self);
    std::scoped_lock lock(vfs.mutex_);
    auto const found = vfs.nodes_.find(path);
    // An empty file counts as none, as with SQLite's own VFS.
    *result =
        found != vfs.nodes_.end() && (flags != SQLITE_ACCESS_EXISTS || found->second->content.size() > 0);
    return SQLITE_OK;
  }

  static int full_path(sqlite3_vfs*, char const* path, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", path);
    return SQLITE_OK;
  }

  // -- A file

  static int close(sqlite3_file* self) {
    auto& file = of(self);
    unlock(self, SQLITE_LOCK_NONE);
    unmap_index(self, 0);
    file.~File();
    return SQLITE_OK;
  }
  static int read(sqlite3_file* self, void* into, int size, sqlite3_int64 at) {
    auto& file = of(self);
    std::scoped_lock lock(file.vfs->mutex_);
    std::span const bytes(static_cast<char*>(into), static_cast<std::size_t>(size));
    return file.node->content.read(static_cast<std::size_t>(at), bytes) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }
  static int write(sqlite3_file* self, void const* data, int size, sqlite3_int64 at) {
    auto& file = of(self);
    std::scoped_lock lock(file.vfs->mutex_);
    std::string_view const bytes(static_cast<char const*>(data), static_cast<std::size_t>(size));
    file.node->content.write(static_cast<std::size_t>(at), bytes);
    if (!file.path.empty())
      file.vfs->record({Kind::write, file.path, static_cast<std::size_t>(at), std::string(bytes)});
    return SQLITE_OK;
  }
  static int truncate(sqlite3_file* self, sqlite3_int64 size) {
    auto& file = of(self);
    std::scoped_lock lock(file.vfs->mutex_);
    file.node->content.truncate(static_cast<std::size_t>(size));
    if (!file.path.empty())
      file.vfs->record({.kind = Kind::truncate, .file = file.path, .at = static_cast<std::size_t>(size)});
    return SQLITE_OK;
  }
  static int sync(sqlite3_file* self, int) {
    auto& file = of(self);
    std::scoped_lock lock(file.vfs->mutex_);
    if (file.path.empty()) return SQLITE_OK;
    file.vfs->record({.kind = Kind::sync, .file = file.path});
    if (std::exchange(file.syncs_directory, false)) file.vfs->record({.kind = Kind::sync_directory});
    return SQLITE_OK;
  }
  static int size(sqlite3_file* self, sqlite3_int64* size) {
    auto& file = of(self);
    std::scoped_lock lock(file.vfs->mutex_);
    *size = static_cast<sqlite3_int64>(file.node->content.size());
    return SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  // As on Linux.
  static int sector_size(sqlite3_file*) { return 4096; }
  static int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  // -- Locks on the database file

  static int lock(sqlite3_file* self, int wanted) {
    auto& file = of(self);
    std::scoped_lock guard(file.vfs->mutex_);
    auto& node = *file.node;
    if (file.lock >= wanted) return SQLITE_OK;
    auto const held_by_other = [&](File const* holder) { return holder != nullptr && holder != &file; };
    if (held_by_other(node.exclusive) || held_by_other(node.pending)) return SQLITE_BUSY;
    if (wanted == SQLITE_LOCK_SHARED) {
      ++node.shared;
    } else {
      if (held_by_other(node.reserved)) return SQLITE_BUSY;
      if (wanted == SQLITE_LOCK_RESERVED) {
        node.reserved = &file;
      } else {
        node.pending = &file;
        file.lock = SQLITE_LOCK_PENDING;
        if (node.shared > 1) return SQLITE_BUSY;
        node.exclusive = &file;
      }
    }
    file.lock = wanted;
    return SQLITE_OK;
  }
  static int unlock(sqlite3_file* self, int wanted) {
    auto& file = of(self);
    std::scoped_lock guard(file.vfs->mutex_);
    auto& node = *file.node;
    if (file.lock <= wanted) return SQLITE_OK;
    for (auto* holder : {&node.reserved, &node.pending, &node.exclusive})
      if (*holder == &file) *holder = nullptr;
    if (wanted == SQLITE_LOCK_NONE) --node.shared;
    file.lock = wanted;
    return SQLITE_OK;
  }
  static int check_reserved(sqlite3_file* self, int* result) {
    auto& file = of(self);
    std::scoped_lock guard(file.vfs->mutex_);
    *result = file.node->reserved != nullptr;
    return SQLITE_OK;
  }

  // -- The WAL index

  static int map_index(sqlite3_file* self, int region, int, int extend, void volatile** out) {
    auto& file = of(self);
    std::scoped_lock guard(file.vfs->mutex_);
    auto& node = *file.node;
    if (!std::exchange(file.uses_index, true)) ++node.index_users;
    auto const index = static_cast<std::size_t>(region);
    *out = nullptr;
    if (index >= node.index.size() && extend == 0) return SQLITE_OK;
    while (index >= node.index.size()) node.index.push_back(std::make_unique<Region>());
    *out = node.index[index]->data();
    return SQLITE_OK;
  }
  static int lock_index(sqlite3_file* self, int first, int count, int flags) {
    auto& file = of(self);
    std::scoped_lock guard(file.vfs->mutex_);
    auto& node = *file.node;
    auto const each = [&](auto act) {
      for (int at = first; at < first + count; ++at) act(static_cast<std::size_t>(at), 1u << at);
    };
    bool is_free = true;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      each([&](std::size_t at, unsigned bit) {
        if (node.index_exclusive[at] == &file) node.index_exclusive[at] = nullptr;
        if ((file.index_shared & bit) != 0) --node.index_shared[at];
        file.index_shared &= ~bit;
      });
    } else if ((flags & SQLITE_SHM_SHARED) != 0) {
      each([&](std::size_t at, unsigned) { is_free &= node.index_exclusive[at] == nullptr; });
      if (!is_free) return SQLITE_BUSY;
      each([&](std::size_t at, unsigned bit) {
        if ((file.index_shared & bit) == 0) ++node.index_shared[at];
        file.index_shared |= bit;
      });
    } else {
      each([&](std::size_t at, unsigned) {
        is_free &= node.index_exclusive[at] == nullptr && node.index_shared[at] == 0;
      });
      if (!is_free) return SQLITE_BUSY;
      each([&](std::size_t at, unsigned) { node.index_exclusive[at] = &file; });
    }
    return SQLITE_OK;
  }
  static void index_barrier(sqlite3_file* self) {
    // Whoever took the lock before has made its writes seen.
    std::scoped_lock guard(of(self).vfs->mutex_);
  }
  static int unmap_index(sqlite3_file* self, int) {
    auto& file = of(self);
    if (!file.uses_index) return SQLITE_OK;
    lock_index(self, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK);
    std::scoped_lock guard(file.vfs->mutex_);
    file.uses_index = false;
    if (--file.node->index_users == 0) file.node->index.clear();
    return SQLITE_OK;
  }

  static sqlite3_io_methods const* methods() {
    static sqlite3_io_methods const all = {.iVersion = 2,
                                           .xClose = &close,
                                           .xRead = &read,
                                           .xWrite = &write,
                                           .xTruncate = &truncate,
                                           .xSync = &sync,
                                           .xFileSize = &size,
                                           .xLock = &lock,
                                           .xUnlock = &unlock,
                                           .xCheckReservedLock = &check_reserved,
                                           .xFileControl = &control,
                                           .xSectorSize = &sector_size,
                                           .xDeviceCharacteristics = &characteristics,
                                           .xShmMap = &map_index,
                                           .xShmLock = &lock_index,
                                           .xShmBarrier = &index_barrier,
                                           .xShmUnmap = &unmap_index,
                                           .xFetch = nullptr,
                                           .xUnfetch = nullptr};
    return &all;
  }

  std::string const name_;
  sqlite3_vfs vfs_{};
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> nodes_;
  bool is_recording_ = false;
  DiskLog log_;
};

}  // namespace linebook::fakes
