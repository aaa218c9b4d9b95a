// A file that gives its bytes in pieces of at most so many.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "cli/console.h"

namespace linebook {

class FileInPieces final : public InputFile {
 public:
  /// `bytes` outlive it.
  FileInPieces(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}
  Result<std::size_t> read(char* into, std::size_t size) override {
    auto const n = std::min({piece_, size, bytes_.size()});
    std::memcpy(into, bytes_.data(), n);
    bytes_.remove_prefix(n);
    return n;
  }
  std::uint64_t size() const override { return 0; }

 private:
  std::string_view bytes_;
  std::size_t piece_;
};

}  // namespace linebook
