// A CSV file as it comes: its encoding and its separator recognised, or as they were said.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/csv_reader.h"
#include "cli/import/text_decoder.h"

namespace linebook {

struct CsvForm {
  std::optional<TextEncoding> encoding = {};
  std::optional<char> separator = {};
};

/// "," or "comma", ";" or "semicolon", "tab", "|" or "pipe", or another sign.
std::optional<char> parse_separator(std::string_view);
/// "," ";" "tab" "|"
std::string separator_name(char);

class CsvFile {
 public:
  /// Is it the name of a column? With it the header tells the separator best.
  using KnownHeader = std::function<bool(std::string_view header)>;

  /// Reads up to the header. A file whose beginning cannot be read (`TextDecoder::piece`) is refused as a
  /// whole, with the row and the line. `file` outlives this.
  static Result<std::unique_ptr<CsvFile>> open(InputFile& file, CsvForm const&, KnownHeader const&);

  std::vector<std::string> const& header() const { return header_; }
  /// The next row; false at the end.
  Result<bool> next() { return reader_->next(); }
  CsvReader const& reader() const { return *reader_; }
  std::vector<std::string> const& fields() const { return reader_->fields(); }

  TextEncoding encoding() const { return decoder_.encoding(); }
  char separator() const { return separator_; }
  /// "read as Windows-1252, separated by ;"
  std::string told() const;
  std::uint64_t bytes_read() const { return decoder_.bytes_read(); }

 private:
  CsvFile(InputFile& file, std::optional<TextEncoding> said) : decoder_(file, said) {}
  Result<void> read_header(CsvForm const&, KnownHeader const&);
  Result<void> check_beginning(bool separator_line) const;

  TextDecoder decoder_;
  char separator_ = ',';
  std::optional<CsvReader> reader_;
  std::vector<std::string> header_;
};

}  // namespace linebook
