// Whatever bytes come as a file of a do-not-call list, plain or as a ZIP archive, in whatever pieces: no
// crash, no number beyond ten digits, and the same outcome however the bytes were cut. Of an archive that is
// broken: that it is refused. How far it is read, and so which of its faults is met first, is the pieces'.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
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
struct Seen {
  std::vector<std::string> all = {};
  bool refused = false;

  void push_back(std::string text) { all.push_back(std::move(text)); }
  void refuse(std::string why) {
    push_back(std::move(why));
    refused = true;
  }
};

/// False: the file cannot be read further.
bool read_lines(NumberLines::Read read, LineForm form, Seen& seen) {
  NumberLines lines(std::move(read), form);
  NumberLines::Batch batch;
  for (;;) {
    auto const more = lines.next(batch);
    if (!more) {
      seen.refuse(more.error().message);
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
    if (!name) seen.refuse(name.error().message);
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
  auto const once = read(text, piece, form), again = read(text, 4096, form);
  require(once.refused == again.refused);
  if (!once.refused || !ZipMembers::is_archive(text)) require(once.all == again.all);
  return 0;
}
