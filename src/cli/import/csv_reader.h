// Reads comma-separated values (RFC 4180) as spreadsheets write them: LF, CRLF or CR line ends, quoted fields
// with line ends in them, other separators. Constant memory: every size is bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/text/csv_field.h"

namespace linebook {

class CsvReader {
 public:
  static constexpr std::size_t max_field = 16 * 1024;  // bytes
  static constexpr std::size_t max_fields = 256;       // of a row
  static constexpr std::size_t max_row = 256 * 1024;   // bytes, as fields
  static constexpr std::size_t buffer_size = 64 * 1024;

  /// Fills up to `size` bytes; 0 at the end.
  using Source = std::function<Result<std::size_t>(char* into, std::size_t size)>;

  explicit CsvReader(Source source, char separator = ',')
      : source_(std::move(source)), separator_(separator) {}

  /// The next row that is not a blank line; false at the end. After an error, which names the place where it
  /// is the text's, the reader is of no more use.
  Result<bool> next();

  /// The header is read: rows are counted from here on, and errors name them.
  void count_rows_from_here() { row_ = 0; }

  /// Of the row that next() found; valid until the next call.
  std::vector<std::string> const& fields() const { return fields_; }
  std::size_t line() const { return row_line_; }              // where it began, from 1
  std::uint64_t row() const { return row_.value_or(0); }      // from 1 behind the header
  std::uint64_t blank_lines() const { return blank_lines_; }  // passed over so far
  std::size_t last_blank_line() const { return last_blank_line_; }

 private:
  static constexpr int end_of_source = -1;

  Result<int> peek();
  void advance() { ++at_; }
  Result<bool> read_field();  // true: more fields of this row follow
  Result<void> read_quoted();
  Result<void> append(std::string_view);
  bool is_plain(char c) const { return c != separator_ && c != '\n' && c != '\r'; }
  Result<bool> end_field();
  std::unexpected<Error> refuse(std::string const& why) const;

  Source source_;
  char separator_;
  std::vector<char> buffer_ = std::vector<char>(buffer_size);
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  bool ended_ = false;

  std::vector<std::string> fields_;
  std::size_t count_ = 0;  // fields of this row so far; strings beyond keep their memory for the next row
  std::size_t row_bytes_ = 0;
  std::size_t line_ = 1;
  std::size_t row_line_ = 1;
  std::optional<std::uint64_t> row_;  // nothing before the header is read
  std::uint64_t blank_lines_ = 0;
  std::size_t last_blank_line_ = 0;
};

}  // namespace linebook
