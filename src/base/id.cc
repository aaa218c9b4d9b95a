#include "base/id.h"

#include <algorithm>

namespace linebook {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

constexpr std::uint8_t no_value = 0xFF;
constexpr auto values = [] {
  std::array<std::uint8_t, 256> of{};
  of.fill(no_value);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    of[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return of;
}();

/// The bits that the characters stand for, five each.
std::optional<std::uint64_t> bits_of(std::string_view text) {
  std::uint64_t bits = 0;
  for (char const c : text) {
    auto const value = values[static_cast<unsigned char>(c)];
    if (value == no_value) return std::nullopt;
    bits = bits << 5 | value;
  }
  return bits;
}

}  // namespace

std::string ulid(Instant instant, Entropy const& entropy) {
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

std::optional<Ulid> parse_ulid(std::string_view text) {
  if (text.size() != 26 || text.front() > '7') return std::nullopt;  // 26 characters hold two bits too many
  auto const time = bits_of(text.substr(0, 10));
  if (!time) return std::nullopt;
  Ulid parsed{.at = {static_cast<std::int64_t>(*time)}};
  for (std::size_t half = 0; half < 2; ++half) {
    auto bits = bits_of(text.substr(10 + half * 8, 8));
    if (!bits) return std::nullopt;
    for (std::size_t i = 5; i-- > 0; *bits >>= 8)
      parsed.entropy[half * 5 + i] = static_cast<std::uint8_t>(*bits & 0xFF);
  }
  return parsed;
}

bool is_choosable_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace linebook
