#include "http/console/console_files.h"

#include <cstddef>
#include <span>
#include <vector>

// The pack is taken in by the assembler, where CMake says it is; the table beside it says what is where.
asm(".section .rodata\n.global linebook_console_pack\nlinebook_console_pack:\n.incbin "
    "\"" LINEBOOK_CONSOLE_PACK "\"\n.byte 0\n.previous\n");
extern "C" char const linebook_console_pack[];

namespace linebook::http {
namespace {

struct Place {
  std::size_t at;
  std::size_t size;
};
struct PackedFile {
  std::string_view name;
  std::string_view content_type;
  std::string_view hash;
  Kept kept;
  Place plain;
  Place gzip;
  Place brotli;
};
constexpr PackedFile packed_files[] = {
#include LINEBOOK_CONSOLE_TABLE
};

std::string_view in_pack(Place place) { return {linebook_console_pack + place.at, place.size}; }

std::vector<ConsoleFile> const& all_files() {
  static auto const files = [] {
    std::vector<ConsoleFile> made;
    for (auto const& file : packed_files)
      made.push_back({file.name, file.content_type, file.hash, file.kept, in_pack(file.plain),
                      in_pack(file.gzip), in_pack(file.brotli)});
    return made;
  }();
  return files;
}

}  // namespace

std::string_view ConsoleFile::coded(ContentCoding coding) const {
  return coding == ContentCoding::brotli ? brotli : coding == ContentCoding::gzip ? gzip : plain;
}

ConsoleFile const* find_console_file(std::string_view name) {
  for (auto const& file : all_files())
    if (file.name == name) return &file;
  return nullptr;
}

ConsoleFile const& console_page() { return *find_console_file("index.html"); }

}  // namespace linebook::http
