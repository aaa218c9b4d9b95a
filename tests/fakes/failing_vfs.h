// SQLite's own VFS with faults put in between. Registered under a name, and handed to a store by that name.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace linebook::fakes {

class FailingVfs {
 public:
  enum class Fault {
    none,
    disk_full,    // every write
    file_full,    // every write but to the log, which may have room within itself
    write_error,  // likewise, but the device is at fault
    sync_error,   // every fsync
  };

  explicit FailingVfs(std::string name) : name_(std::move(name)), beneath_(sqlite3_vfs_find(nullptr)) {
    vfs_ = *beneath_;
    vfs_.zName = name_.c_str();
    vfs_.pNext = nullptr;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + beneath_->szOsFile;
    vfs_.pAppData = this;
    vfs_.xOpen = &FailingVfs::open;
    // The others know no more of the VFS than what it is a copy of.
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~FailingVfs() { sqlite3_vfs_unregister(&vfs_); }
  FailingVfs(FailingVfs const&) = delete;
  FailingVfs& operator=(FailingVfs const&) = delete;

  std::string const& name() const { return name_; }
  /// From the next call on. Any thread.
  void set(Fault fault) { fault_ = fault; }

 private:
  /// Behind it in memory lies the file of the VFS beneath.
  struct File {
    sqlite3_file base;
    FailingVfs* vfs;
    bool is_log;

    sqlite3_file* beneath() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  template <auto member, class... Args>
  static int pass(sqlite3_file* file, Args... args) {
    auto* const real = reinterpret_cast<File*>(file)->beneath();
    return (real->pMethods->*member)(real, args...);
  }

  static int write(sqlite3_file* file, void const* data, int size, sqlite3_int64 at) {
    switch (reinterpret_cast<File*>(file)->vfs->fault_.load()) {
      case Fault::disk_full:
        return SQLITE_FULL;
      case Fault::write_error:
        return SQLITE_IOERR_WRITE;
      case Fault::file_full:
        if (!reinterpret_cast<File*>(file)->is_log) return SQLITE_FULL;
        [[fallthrough]];
      default:
        return pass<&sqlite3_io_methods::xWrite>(file, data, size, at);
    }
  }
  static int sync(sqlite3_file* file, int flags) {
    if (reinterpret_cast<File*>(file)->vfs->fault_ == Fault::sync_error) return SQLITE_IOERR_FSYNC;
    return pass<&sqlite3_io_methods::xSync>(file, flags);
  }
  static void barrier(sqlite3_file* file) {
    auto* const real = reinterpret_cast<File*>(file)->beneath();
    real->pMethods->xShmBarrier(real);
  }

  static sqlite3_io_methods const* methods() {
    using M = sqlite3_io_methods;
    static M const all = {.iVersion = 3,
                          .xClose = &pass<&M::xClose>,
                          .xRead = &pass<&M::xRead, void*, int, sqlite3_int64>,
                          .xWrite = &write,
                          .xTruncate = &pass<&M::xTruncate, sqlite3_int64>,
                          .xSync = &sync,
                          .xFileSize = &pass<&M::xFileSize, sqlite3_int64*>,
                          .xLock = &pass<&M::xLock, int>,
                          .xUnlock = &pass<&M::xUnlock, int>,
                          .xCheckReservedLock = &pass<&M::xCheckReservedLock, int*>,
                          .xFileControl = &pass<&M::xFileControl, int, void*>,
                          .xSectorSize = &pass<&M::xSectorSize>,
                          .xDeviceCharacteristics = &pass<&M::xDeviceCharacteristics>,
                          .xShmMap = &pass<&M::xShmMap, int, int, int, void volatile**>,
                          .xShmLock = &pass<&M::xShmLock, int, int, int>,
                          .xShmBarrier = &barrier,
                          .xShmUnmap = &pass<&M::xShmUnmap, int>,
                          .xFetch = &pass<&M::xFetch, sqlite3_int64, int, void**>,
                          .xUnfetch = &pass<&M::xUnfetch, sqlite3_int64, void*>};
    return &all;
  }

  static int open(sqlite3_vfs* self, char const* path, sqlite3_file* memory, int flags, int* out_flags) {
    auto* const vfs = static_cast<FailingVfs*>(self->pAppData);
    auto* const file = new (memory) File{{nullptr}, vfs, (flags & SQLITE_OPEN_WAL) != 0};
    auto* const real = file->beneath();
    real->pMethods = nullptr;
    int const code = vfs->beneath_->xOpen(vfs->beneath_, path, real, flags, out_flags);
    if (real->pMethods != nullptr) file->base.pMethods = methods();
    return code;
  }

  std::string const name_;
  sqlite3_vfs* const beneath_;
  sqlite3_vfs vfs_{};
  std::atomic<Fault> fault_{Fault::none};
};

}  // namespace linebook::fakes
