// A CSV file with a header: its columns by name, in whatever order they come.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/csv_reader.h"

namespace linebook {

enum class UnknownColumns { refuse, ignore };

class CsvTable {
 public:
  /// Reads the header of `file`, which outlives the table. Names are matched without regard to case, and
  /// "Phone Type", "phone-type" and "phone_type" are one. The error names every column that is missing,
  /// unknown or there twice.
  static Result<CsvTable> open(InputFile& file, std::span<std::string_view const> required,
                               std::span<std::string_view const> optional, UnknownColumns);

  /// The next row; false at the end.
  Result<bool> next() { return reader_.next(); }
  /// The row's text in a column, white space around it taken off; empty where the column or the field is not
  /// there.
  std::string_view text(std::string_view column) const;
  bool has(std::string_view column) const;

  std::size_t line() const { return reader_.line(); }
  std::uint64_t bytes_read() const { return reader_.bytes_read(); }

 private:
  explicit CsvTable(InputFile& file)
      : reader_([&file](char* into, std::size_t size) { return file.read(into, size); }) {}

  struct Column {
    std::string_view name;
    std::size_t index;
  };
  CsvReader reader_;
  std::vector<Column> columns_;
};

}  // namespace linebook
