// Whatever bytes come as vCards: no crash, no text that is not UTF-8, nothing over its bound, and the same
// cards in whatever pieces the file comes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "cli/import/vcard_reader.h"
#include "fakes/file_in_pieces.h"

namespace {

using namespace linebook;

void require(bool promise) {
  if (!promise) std::abort();
}

/// What was read of them, in one text.
std::string read(std::string_view text, std::size_t piece) {
  FileInPieces file(text, piece);
  TextDecoder decoder(file, {});
  VCardReader reader(decoder);
  LeftOut left_out;
  std::string told;
  for (;;) {
    ContactCard card;
    auto const more = reader.next(card);
    if (!more) return told + more.error().message;
    if (!*more) return told;
    require(card.numbers.size() <= max_numbers_on_card);
    ContactBatch batch;
    append_contacts(std::move(card), NumberLetters::refused, left_out, batch);
    require(!batch.empty());
    for (auto const& row : batch) {
      told += row.contact ? row.contact->person.id.value + row.contact->number.str()
                          : row.contact.error().message;
      told += row.note + "\n";
    }
    require(scan_utf8(told).valid == told.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  std::size_t const piece = data[0] % 16 + 1;
  std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);
  require(read(text, piece) == read(text, 4096));
  return 0;
}
