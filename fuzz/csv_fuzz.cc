// Whatever bytes come as a CSV file, in whatever pieces, encoding and separator: no crash, no field or row
// over its bound, UTF-8 alone comes out of the decoder, and rows that were read are read the same again from
// what append_guarded_csv_field makes of them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/contact_rows.h"
#include "cli/import/csv_file.h"
#include "fakes/file_in_pieces.h"

namespace {

using namespace linebook;
using Rows = std::vector<std::vector<std::string>>;

void require(bool promise) {
  if (!promise) std::abort();
}

/// Nothing where the file is refused.
std::optional<Rows> read(std::string_view text, std::size_t piece, CsvForm const& form) {
  FileInPieces file(text, piece);
  auto csv = CsvFile::open(file, form, is_contact_column);
  if (!csv) return std::nullopt;
  Rows rows{(*csv)->header()};
  for (;;) {
    auto const more = (*csv)->next();
    if (!more) return std::nullopt;
    if (!*more) return rows;
    auto const& fields = (*csv)->fields();
    require(!fields.empty() && fields.size() <= CsvReader::max_fields);
    for (auto const& field : fields)
      require(field.size() <= CsvReader::max_field && scan_utf8(field).valid == field.size());
    rows.push_back(fields);
  }
}

void read_contacts(std::string_view text, std::size_t piece) {
  FileInPieces file(text, piece);
  UnderstoodFile understood;
  auto contacts = ContactRows::open(file, {}, understood);
  if (!contacts) return;
  ContactBatch batch;
  for (;;) {
    batch.clear();
    auto const more = (*contacts)->next(batch);
    if (!more || !*more) return;
    require(!batch.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  std::size_t const piece = data[0] % 16 + 1;
  std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);
  auto const rows = read(text, piece, {});
  require(rows == read(text, 4096, {}));
  read_contacts(text, piece);
  read(text, piece, {.encoding = TextEncoding::utf_16be, .separator = ';'});
  read(text, piece, {.encoding = TextEncoding::windows_1252, .separator = '\t'});
  if (!rows) return 0;
  std::string again;
  for (auto const& row : *rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) again += ',';
      append_guarded_csv_field(again, row[i]);
    }
    again += '\n';
  }
  CsvReader reader(
      [rest = std::string_view(again)](char* into, std::size_t n) mutable -> Result<std::size_t> {
        n = std::min(n, rest.size());
        std::memcpy(into, rest.data(), n);
        rest.remove_prefix(n);
        return n;
      });
  for (auto const& row : *rows) {
    auto const more = reader.next();
    require(more && *more && reader.fields().size() == row.size());
    for (std::size_t i = 0; i < row.size(); ++i) require(without_guard(reader.fields()[i]) == row[i]);
  }
  return 0;
}
