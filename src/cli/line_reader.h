// A text file line by line, in constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "cli/console.h"

namespace linebook {

class LineReader {
 public:
  /// `max_line` bytes: a longer line is passed over and told as too long. `file` outlives the reader.
  LineReader(InputFile& file, std::size_t max_line) : file_(file), max_line_(max_line) {}

  enum class Line { text, too_long, end };
  Result<Line> next();

  std::string const& text() const { return text_; }  // without its line end
  std::size_t number() const { return number_; }     // from 1
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  InputFile& file_;
  std::size_t max_line_;
  std::string buffer_ = std::string(64 * 1024, '\0');
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  std::string text_;
  std::size_t number_ = 0;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace linebook
