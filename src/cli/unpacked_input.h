// A file's bytes, whether it is gzipped or not: told by its first bytes, not by its name. Unpacked as it is
// read, in constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cli/console.h"

namespace linebook {

class UnpackedInput final : public InputFile {
 public:
  static constexpr std::size_t max_head = 64 * 1024;  // bytes

  /// Reads the head already. A byte order mark of UTF-8 is left out.
  static Result<std::unique_ptr<UnpackedInput>> open(std::unique_ptr<InputFile> packed);
  ~UnpackedInput() override;

  /// The first bytes, which read() gives all the same: all of a file that is no longer than that.
  std::string_view head() const { return head_; }

  Result<std::size_t> read(char* into, std::size_t size) override;
  std::uint64_t size() const override { return packed_->size(); }
  /// Of the file as it lies there, as size() is.
  std::uint64_t packed_bytes_read() const { return packed_bytes_read_; }

 private:
  class Inflater;

  explicit UnpackedInput(std::unique_ptr<InputFile> packed);
  Result<void> fill();
  Result<std::size_t> read_behind_head(char* into, std::size_t size);
  Result<std::size_t> inflate(char* into, std::size_t size);

  std::unique_ptr<InputFile> packed_;
  std::unique_ptr<Inflater> inflater_;  // none where the file is not gzipped
  std::string buffer_;                  // as it lies there
  std::string_view waiting_;            // of the buffer
  std::uint64_t packed_bytes_read_ = 0;
  std::string head_;
  std::size_t head_given_ = 0;
};

}  // namespace linebook
