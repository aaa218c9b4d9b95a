// A CSV file with a header: its columns by name, in whatever order they come.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/import/csv_file.h"

namespace linebook {

/// may_be_missing: a first row that names no column is a row like the others, whose fields are the required
/// columns in their order.
enum class HeaderRow { needed, may_be_missing };

class CsvTable {
 public:
  /// Reads the header of `file`, which outlives the table. Names are matched without regard to case, and
  /// "Phone Type", "phone-type" and "phone_type" are one. The error names every column that is missing,
  /// unknown or there twice.
  static Result<CsvTable> open(InputFile& file, std::span<std::string_view const> required,
                               std::span<std::string_view const> optional, HeaderRow = HeaderRow::needed);

  /// The next row; false at the end.
  Result<bool> next();
  /// The row's text in a column, white space around it taken off; empty where the column or the field is not
  /// there.
  std::string_view text(std::string_view column) const;
  bool has(std::string_view column) const;

  std::size_t line() const { return file_->reader().line(); }
  std::uint64_t bytes_read() const { return file_->bytes_read(); }

 private:
  explicit CsvTable(std::unique_ptr<CsvFile> file) : file_(std::move(file)) {}

  struct Column {
    std::string_view name;
    std::size_t index;
  };
  std::unique_ptr<CsvFile> file_;
  std::vector<Column> columns_;
  /// Where the file has no header, its first row is read as if it were one.
  enum class At { header, before_first_row, first_row, row } at_ = At::header;
};

}  // namespace linebook
