// What a start over a disk finds there.
#pragma once

#include <string>

#include "crash/books.h"
#include "fakes/recording_vfs.h"

namespace linebook::crash {

class Recovery {
 public:
  /// The database file after its log was read and copied over, as SQLite does it, without the store: quick.
  /// Two disks with the same books have the same file, since all of it comes from what was committed. Throws
  /// std::runtime_error with SQLite's words.
  fakes::FileImage database_after(fakes::DiskImage const&);

  // What is wrong, empty where nothing is.
  /// By plain SQL over the log as it is: integrity, ledgers without gaps, one primary, totals that are
  /// counts.
  std::string faults_in_tables(fakes::DiskImage const&);
  /// By opening a store: it says what `expected` says, and its ledgers are sound.
  std::string faults_in_store(fakes::DiskImage const&, Books const& expected);
  /// By working on: a store opens, twice, and takes what is written.
  std::string faults_at_work(fakes::DiskImage const&);

 private:
  fakes::RecordingVfs vfs_{"recovery"};
};

}  // namespace linebook::crash
