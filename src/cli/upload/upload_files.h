// Where uploaded files lie, beside the node's other files, and whether the disk has room for more of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace linebook {

/// Knows of no upload: whoever asks says which. Any thread, but for one upload one at a time.
class UploadFiles {
 public:
  /// Whatever an earlier process has left is deleted.
  explicit UploadFiles(std::filesystem::path directory);

  std::string file_of(std::string const& id) const { return (directory_ / (id + ".file")).string(); }
  std::string rejects_of(std::string const& id) const { return (directory_ / (id + ".csv")).string(); }

  /// Makes the directory. False where it cannot, or where `bytes` would take the room that the database is
  /// left to grow in.
  bool has_room_for(std::int64_t bytes) const;
  /// At its place, so that what was half written before is written over. False where the disk takes it not.
  bool write_at(std::string const& id, std::int64_t offset, std::string_view bytes) const;
  /// Nothing where there is none.
  std::optional<std::string> rejects(std::string const& id) const;

  void remove_file(std::string const& id) const;
  /// With its rejects.
  void remove(std::string const& id) const;
  void remove_all() const;

 private:
  std::filesystem::path const directory_;
};

}  // namespace linebook
