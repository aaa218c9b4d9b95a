// A file in the making, beside what it is made from or for; it goes again unless it was moved into place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <system_error>
#include <utility>

#include "cli/console.h"

namespace linebook {

class DraftFile {
 public:
  explicit DraftFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~DraftFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  DraftFile(DraftFile const&) = delete;
  DraftFile& operator=(DraftFile const&) = delete;
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// All of it, and finishes it: how many bytes that were. `progress` hears how many there are so far.
Result<std::uint64_t> copy_whole(InputFile& from, OutputFile& to,
                                 std::function<void(std::uint64_t done)> const& progress);

}  // namespace linebook
