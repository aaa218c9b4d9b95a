// How the numbers of one exchange (585-298-xxxx: ten thousand lines) are written down. Two ways, and how many
// numbers there are tells which: a bit for each line where a quarter or more is taken, else Elias-Fano code:
// the low bits of each line one behind the other, and before them how many lines share each value of the high
// bits, in unary. That takes about 2 + log2(10,000 / numbers) bits a number, so that any 250 million numbers,
// however they lie, fit into 250 MB (docs/adr/0012-do-not-call-lists-in-mapped-files.md).
//
//   [numbers u16][a bit for each line, 1,250 bytes]
//   [numbers u16][high bits, whole bytes][low bits, whole bytes]
//
// P. Elias, "Efficient storage and retrieval by content and address of static files", J. ACM 21 (1974).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace linebook::lists {

inline constexpr unsigned lines_per_exchange = 10'000;
inline constexpr unsigned area_codes = 1'000;
inline constexpr unsigned exchanges_per_area = 1'000;

/// A bit for each line of an exchange, in whole cache lines.
inline constexpr std::size_t words_per_exchange = 160;
using ExchangeBits = std::span<std::uint64_t const, words_per_exchange>;

/// What follows from how many numbers of an exchange there are.
struct ExchangeShape {
  bool is_bit_set;
  unsigned low_bits;  // of each line, where it is no bit set
  std::uint32_t high_bytes;
  std::uint32_t bytes;  // in all
};
/// `numbers`: 1 to lines_per_exchange.
ExchangeShape shape_of(unsigned numbers);

/// Behind the last exchange lie as many bytes: whole words are read, up to the end of what is looked at.
inline constexpr std::size_t read_ahead = 8;

/// Writes shape_of(numbers).bytes to `into`, and zeros up to read_ahead bytes behind them.
void encode_exchange(ExchangeBits, unsigned numbers, std::uint8_t* into);

/// `code` is what encode_exchange() wrote, or bytes as long as their first two say: then the answer is
/// anything, but nothing is read beyond `code` and read_ahead bytes. `line` is below lines_per_exchange.
bool has_line(std::span<std::uint8_t const> code, unsigned line);

/// The count that stands at the beginning.
unsigned numbers_in(std::span<std::uint8_t const> code);

/// Sets the bits of all lines. As safe as has_line().
void decode_exchange(std::span<std::uint8_t const> code, std::span<std::uint64_t, words_per_exchange> into);

}  // namespace linebook::lists
