// Whatever bytes come as a CSV file, in whatever pieces: no crash, no field or row over its bound, and rows
// that were read are read the same again from what append_csv_field makes of them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/csv_reader.h"

namespace {

using namespace linebook;
using Rows = std::vector<std::vector<std::string>>;

void require(bool promise) {
  if (!promise) std::abort();
}

/// Nothing where the file is refused.
std::optional<Rows> read(std::string_view text, std::size_t piece) {
  CsvReader reader([text, piece](char* into, std::size_t size) mutable -> Result<std::size_t> {
    auto const n = std::min({piece, size, text.size()});
    std::memcpy(into, text.data(), n);
    text.remove_prefix(n);
    return n;
  });
  Rows rows;
  for (;;) {
    auto const more = reader.next();
    if (!more) return std::nullopt;
    if (!*more) return rows;
    require(!reader.fields().empty() && reader.fields().size() <= CsvReader::max_fields);
    for (auto const& field : reader.fields()) require(field.size() <= CsvReader::max_field);
    rows.push_back(reader.fields());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  std::size_t const piece = data[0] % 16 + 1;
  std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);
  auto const rows = read(text, piece);
  require(rows == read(text, 4096));
  if (!rows) return 0;
  std::string again;
  for (auto const& row : *rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) again += ',';
      append_csv_field(again, row[i]);
    }
    again += '\n';
  }
  // A first field that begins with a byte order mark loses it when it comes first in a file.
  if (!again.starts_with("\xEF\xBB\xBF")) require(read(again, piece) == rows);
  return 0;
}
