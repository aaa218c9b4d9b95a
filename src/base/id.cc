#include "base/id.h"

#include <algorithm>

namespace linebook {

std::string ulid(Instant instant, Entropy const& entropy) {
  static constexpr char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text(26, '0');
  auto time = static_cast<std::uint64_t>(instant.milliseconds);
  for (int i = 9; i >= 0; --i, time >>= 5) text[static_cast<std::size_t>(i)] = alphabet[time & 31];
  // Five bytes are forty bits are eight characters, twice.
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | entropy[half * 5 + i];
    for (std::size_t i = 0; i < 8; ++i, bits >>= 5) text[10 + half * 8 + 7 - i] = alphabet[bits & 31];
  }
  return text;
}

bool is_choosable_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace linebook
