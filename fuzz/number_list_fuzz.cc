// Whatever bytes come as a file of a do-not-call list, plain or as a ZIP archive, in whatever pieces: no
// crash, no number beyond ten digits, and the same outcome however the bytes were cut.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/number_lines.h"
#include "cli/import/zip_members.h"
#include "fakes/file_in_pieces.h"

namespace {

using namespace linebook;

void require(bool promise) {
  if (!promise) std::abort();
}

/// Numbers, bad lines and errors, one behind the other.
using Seen = std::vector<std::string>;

/// False: the file cannot be read further.
bool read_lines(NumberLines::Read read, LineForm form, Seen& seen) {
  NumberLines lines(std::move(read), form);
  NumberLines::Batch batch;
  for (;;) {
    auto const more = lines.next(batch);
    if (!more) {
      seen.push_back(more.error().message);
      return false;
    }
    if (!*more) return true;
    for (auto const number : batch.numbers) {
      require(number < 10'000'000'000);
      seen.push_back((batch.change == ListChange::add ? "+" : "-") + std::to_string(number));
    }
    for (auto const& bad : batch.bad)
      seen.push_back("line " + std::to_string(bad.line) + std::string(bad.why));
  }
}

Seen read(std::string_view text, std::size_t piece, LineForm form) {
  FileInPieces file(text, piece);
  Seen seen;
  if (!ZipMembers::is_archive(text)) {
    read_lines([&](char* into, std::size_t size) { return file.read(into, size); }, form, seen);
    return seen;
  }
  ZipMembers members(file);
  for (;;) {
    auto const name = members.next();
    if (!name) seen.push_back(name.error().message);
    if (!name || !*name) return seen;
    seen.push_back(**name);
    if (!read_lines([&](char* into, std::size_t size) { return members.read(into, size); }, form, seen))
      return seen;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 2) return 0;
  std::size_t const piece = data[0] % 16 + 1;
  auto const form = data[1] % 2 == 0 ? LineForm::number : LineForm::change;
  std::string_view const text(reinterpret_cast<char const*>(data) + 2, size - 2);
  require(read(text, piece, form) == read(text, 4096, form));
  return 0;
}
