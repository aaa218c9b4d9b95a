// Numbers as registries give them out: one a line, `585,2984455` or ten digits; in a change list with when it
// changed and `A` (added) or `D` (deleted) behind it. Line ends of any system, blank lines anywhere. Made for
// hundreds of millions of lines, in constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace linebook {

enum class LineForm { number, change };
enum class ListChange { add, remove };

class NumberLines {
 public:
  static constexpr std::size_t max_line = 128;          // bytes; a longer one is no list's
  static constexpr std::size_t max_change_fields = 6;   // of a line
  static constexpr std::size_t batch_numbers = 16'384;  // at most

  struct BadLine {
    std::uint64_t line;  // from 1
    std::string_view why;
  };
  /// All of one change; in the order of the file.
  struct Batch {
    ListChange change = ListChange::add;
    std::vector<std::uint64_t> numbers;  // "5852984455" as a number
    std::vector<BadLine> bad;
  };

  /// Fills up to `size` bytes; 0 at the end.
  using Read = std::function<Result<std::size_t>(char* into, std::size_t size)>;
  NumberLines(Read read, LineForm form);

  /// False at the end. An error where the file cannot be read, or is no file of lines at all; then there is
  /// no batch.
  Result<bool> next(Batch&);

  std::uint64_t lines() const { return lines_; }

 private:
  std::optional<std::string_view> next_line();
  Result<bool> fill();
  Error too_long() const;
  bool take(std::string_view line, Batch&);
  bool take_change(std::string_view line, Batch&);

  Read const read_;
  LineForm const form_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  bool ended_ = false;
  std::uint64_t lines_ = 0;
};

}  // namespace linebook
