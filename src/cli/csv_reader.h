// Reads comma-separated values (RFC 4180) as spreadsheets write them: a byte order mark, LF, CRLF or CR line
// ends, quoted fields with line ends in them. Constant memory: every size is bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace linebook {

class CsvReader {
 public:
  static constexpr std::size_t max_field = 16 * 1024;  // bytes
  static constexpr std::size_t max_fields = 256;       // of a row
  static constexpr std::size_t max_row = 256 * 1024;   // bytes, as fields
  static constexpr std::size_t buffer_size = 64 * 1024;

  /// Fills up to `size` bytes; 0 at the end.
  using Source = std::function<Result<std::size_t>(char* into, std::size_t size)>;

  explicit CsvReader(Source source) : source_(std::move(source)) {}

  /// The next row that is not blank; false at the end. After an error the reader is of no more use.
  Result<bool> next();

  /// Of the row that next() found; valid until the next call.
  std::vector<std::string> const& fields() const { return fields_; }
  std::size_t line() const { return row_line_; }            // where it began, from 1
  std::uint64_t bytes_read() const { return bytes_read_; }  // of the source, up to the buffer's end

 private:
  static constexpr int end_of_source = -1;

  Result<void> skip_byte_order_mark();
  Result<int> peek();
  void advance() { ++at_; }
  Result<bool> read_field();  // true: more fields of this row follow
  Result<void> read_quoted();
  Result<void> append(char);
  Result<bool> end_field();
  std::unexpected<Error> refuse(std::string const& why) const;

  Source source_;
  std::vector<char> buffer_ = std::vector<char>(buffer_size);
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t bytes_read_ = 0;
  bool started_ = false;
  bool ended_ = false;

  std::vector<std::string> fields_;
  std::size_t count_ = 0;  // fields of this row so far; strings beyond keep their memory for the next row
  std::size_t row_bytes_ = 0;
  std::size_t line_ = 1;
  std::size_t row_line_ = 1;
};

/// `text` as one CSV field: quoted where it must be.
void append_csv_field(std::string& out, std::string_view text);

}  // namespace linebook
