#include "store/postgres/parameters.h"

#include <algorithm>

namespace linebook::postgres {
namespace {

/// The length of the character at the front: 1 to 4, or 0 where it is none that PostgreSQL takes. (RFC 3629)
std::size_t character_at(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto const first = byte(0);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  std::size_t const size = first >= 0xC2 && first < 0xE0   ? 2
                           : first >= 0xE0 && first < 0xF0 ? 3
                           : first >= 0xF0 && first < 0xF5 ? 4
                                                           : 0;
  if (size == 0 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  bool const overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  bool const surrogate = first == 0xED && byte(1) >= 0xA0;
  bool const beyond = first == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : size;
}

}  // namespace

bool is_storable_text(std::string_view text) {
  auto const plain = [](char c) { return c > 0; };
  auto const rest = std::ranges::find_if_not(text, plain);
  text.remove_prefix(static_cast<std::size_t>(rest - text.begin()));
  while (!text.empty()) {
    auto const size = character_at(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string storable_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto const size = character_at(text);
    out += size == 0 ? std::string_view("\x1A") : text.substr(0, size);  // SUBSTITUTE, as ASCII has it
    text.remove_prefix(std::max(size, std::size_t{1}));
  }
  return out;
}

}  // namespace linebook::postgres
