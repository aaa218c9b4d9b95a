// The directory of an embedded installation. Whoever holds a DataDirectory is the only process that may open
// what is in it; the lock goes with the object, or with the process.
#pragma once

#include <string>

#include "base/data_directory_files.h"
#include "base/result.h"

namespace linebook {

class DataDirectory {
 public:
  /// Makes the directory where there is none (mode 0700) and locks it. `conflict` when another process holds
  /// it: its id is in the message. `unavailable` when the directory cannot be made or written.
  static Result<DataDirectory> lock(std::string const& path);

  DataDirectory(DataDirectory&&) noexcept;
  DataDirectory& operator=(DataDirectory&&) noexcept;
  ~DataDirectory();

  std::string const& path() const { return path_; }
  std::string database() const { return path_ + "/" + database_file_name; }
  std::string requests() const { return path_ + "/" + request_history_file_name; }
  std::string master_key() const { return path_ + "/" + master_key_file_name; }
  /// Of the running server, for the sub-commands beside it. May be longer than a socket address holds.
  std::string socket() const { return path_ + "/" + operator_socket_name; }

 private:
  DataDirectory(std::string path, int lock_file) : path_(std::move(path)), lock_file_(lock_file) {}

  std::string path_;
  int lock_file_ = -1;
};

}  // namespace linebook
