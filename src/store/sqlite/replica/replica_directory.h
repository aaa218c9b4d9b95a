// Where a replica's files are: another disk, as a rule. What fails is thrown as std::runtime_error, in words
// for the operator.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace linebook::sqlite {

/// A file in the making. One thread at a time.
class ReplicaFile {
 public:
  virtual ~ReplicaFile() = default;
  virtual void append(std::string_view) = 0;
  /// What was appended is durable on return; that the file has a name is not.
  virtual void sync() = 0;
  /// So much more can be appended without the disk being full, where the file system can tell.
  virtual void reserve(std::uint64_t bytes) = 0;
  /// Whoever looks for its name finds this file: it was not removed, nor its disk unmounted.
  virtual bool is_in_place() const = 0;
};

/// Any thread, where each works on files of its own.
class ReplicaDirectory {
 public:
  virtual ~ReplicaDirectory() = default;
  virtual std::vector<std::string> names() = 0;
  /// Empty, whatever was there before.
  virtual std::unique_ptr<ReplicaFile> create(std::string const& name) = 0;
  virtual std::uint64_t size(std::string const& name) = 0;
  /// Less than `bytes` at the end of the file.
  virtual std::string read(std::string const& name, std::uint64_t at, std::size_t bytes) = 0;
  virtual void sync(std::string const& name) = 0;
  virtual void remove(std::string const& name) = 0;
  /// Makes names durable.
  virtual void sync_names() = 0;
};

enum class ReplicaUse {
  read,
  write,       // alone: another process that writes there is an error
  make_write,  // likewise; made where there is none, though not the directories above it
};

std::unique_ptr<ReplicaDirectory> open_replica_directory(std::string const& path, ReplicaUse);

}  // namespace linebook::sqlite
