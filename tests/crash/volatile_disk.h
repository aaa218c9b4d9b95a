// A disk that may forget: what was written since the last sync reaches it in any order, in part, or not at
// all.
//
// The model, as SQLite's own crash tests have it: a sync makes every earlier write to its file durable, and
// the sync of a directory every name in it. Of what is not synced a power cut keeps any subset; each write
// may be torn between sectors or, at the end of what was kept, at any byte; its sectors may hold zeros or
// garbage. The bytes beside a write stay as they are (SQLITE_IOCAP_POWERSAFE_OVERWRITE, which SQLite assumes
// on Linux).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fakes/random.h"
#include "fakes/recording_vfs.h"

namespace linebook::crash {

using fakes::DiskImage;
using fakes::DiskLog;
using fakes::DiskOperation;
using fakes::FileImage;
using fakes::Random;

class VolatileDisk {
 public:
  /// All of `disk` is durable.
  explicit VolatileDisk(DiskImage const& disk);

  /// The operation must stay where it is for as long as the disk is used.
  void apply(DiskOperation const&);

  bool has_unsynced() const;
  /// Everything reached the disk: the process was killed, the machine was not.
  DiskImage with_everything() const;
  DiskImage without_unsynced() const;
  /// A power cut, one of many.
  DiskImage after_power_cut(Random&) const;

 private:
  struct File {
    FileImage written;
    FileImage synced;
    std::vector<DiskOperation const*> unsynced;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;

  static FileImage surviving(File const&, Random&);

  Names names_;
  Names synced_names_;
  std::vector<std::pair<std::string, std::shared_ptr<File>>> unsynced_names_;  // nullptr: removed
};

}  // namespace linebook::crash
