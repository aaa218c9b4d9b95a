#include "lists/exchange_code.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace linebook::lists {
namespace {

static_assert(std::endian::native == std::endian::little, "lists are written as words of this machine");

constexpr std::size_t count_bytes = 2;
constexpr unsigned bit_set_bytes = (lines_per_exchange + 7) / 8;
constexpr unsigned bits_of_a_line = 14;  // 10,000 < 2^14

constexpr unsigned high_bits(unsigned numbers, unsigned low_bits) {
  return numbers + ((lines_per_exchange - 1) >> low_bits) + 1;
}

constexpr ExchangeShape find_shape(unsigned numbers) {
  ExchangeShape best{true, 0, 0, count_bytes + bit_set_bytes};
  for (unsigned low = 0; low <= bits_of_a_line; ++low) {
    auto const high_bytes = (high_bits(numbers, low) + 7) / 8;
    auto const bytes = static_cast<std::uint32_t>(count_bytes) + high_bytes + (numbers * low + 7) / 8;
    if (bytes < best.bytes) best = {false, low, high_bytes, bytes};
  }
  return best;
}

auto const shapes = [] {
  std::array<ExchangeShape, lines_per_exchange + 1> all{};
  for (unsigned numbers = 1; numbers <= lines_per_exchange; ++numbers) all[numbers] = find_shape(numbers);
  return all;
}();

std::uint64_t word_at(std::uint8_t const* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// `size` (at most 14) bits from bit `at` on.
unsigned bits_at(std::uint8_t const* bytes, std::size_t at, unsigned size) {
  return static_cast<unsigned>(word_at(bytes + at / 8) >> (at % 8)) & ((1U << size) - 1);
}

void set_bit(std::uint8_t* bytes, std::size_t at) {
  bytes[at / 8] = static_cast<std::uint8_t>(bytes[at / 8] | 1U << (at % 8));
}

void or_bits(std::uint8_t* bytes, std::size_t at, unsigned value) {
  auto const word = word_at(bytes + at / 8) | static_cast<std::uint64_t>(value) << (at % 8);
  std::memcpy(bytes + at / 8, &word, sizeof word);
}

/// Where bit `n` (from 0) that is set stands in a word that has as many.
unsigned place_of_set_bit(std::uint64_t word, unsigned n) {
  for (; n > 0; --n) word &= word - 1;
  return static_cast<unsigned>(std::countr_zero(word));
}

/// The parts of an exchange that is no bit set.
struct Parts {
  ExchangeShape shape;
  unsigned numbers;
  std::uint8_t const* high;
  std::uint8_t const* low;
  unsigned high_size;  // bits

  Parts(std::span<std::uint8_t const> code, ExchangeShape const& of, unsigned count)
      : shape(of),
        numbers(count),
        high(code.data() + count_bytes),
        low(high + of.high_bytes),
        high_size(high_bits(count, of.low_bits)) {}

  /// Behind the `n`th zero of the high bits: there the lines begin whose high bits are `n`. high_size where
  /// there are not as many.
  unsigned begin_of(unsigned n) const {
    if (n == 0) return 0;
    for (unsigned at = 0; at < high_size; at += 64) {
      auto zeros = ~word_at(high + at / 8);
      auto const count = static_cast<unsigned>(std::popcount(zeros));
      if (count < n) {
        n -= count;
        continue;
      }
      return std::min(at + place_of_set_bit(zeros, n - 1) + 1, high_size);
    }
    return high_size;
  }
  bool is_one(unsigned at) const { return (high[at / 8] >> (at % 8) & 1) != 0; }
  unsigned low_of(unsigned index) const {
    return bits_at(low, static_cast<std::size_t>(index) * shape.low_bits, shape.low_bits);
  }
};

}  // namespace

ExchangeShape shape_of(unsigned numbers) { return shapes[numbers]; }

void encode_exchange(ExchangeBits bits, unsigned numbers, std::uint8_t* into) {
  auto const shape = shape_of(numbers);
  std::memset(into, 0, shape.bytes + read_ahead);
  auto const count = static_cast<std::uint16_t>(numbers);
  std::memcpy(into, &count, count_bytes);
  auto* const body = into + count_bytes;
  if (shape.is_bit_set) {
    std::memcpy(body, bits.data(), bit_set_bytes);
    return;
  }
  auto* const low = body + shape.high_bytes;
  unsigned const mask = (1U << shape.low_bits) - 1;
  unsigned index = 0;
  for (unsigned word_index = 0; word_index < words_per_exchange; ++word_index) {
    for (auto word = bits[word_index]; word != 0; word &= word - 1) {
      unsigned const line = word_index * 64 + static_cast<unsigned>(std::countr_zero(word));
      set_bit(body, (line >> shape.low_bits) + index);
      or_bits(low, static_cast<std::size_t>(index) * shape.low_bits, line & mask);
      ++index;
    }
  }
}

unsigned numbers_in(std::span<std::uint8_t const> code) {
  std::uint16_t count = 0;
  if (code.size() >= count_bytes) std::memcpy(&count, code.data(), count_bytes);
  return count;
}

bool has_line(std::span<std::uint8_t const> code, unsigned line) {
  auto const numbers = numbers_in(code);
  if (numbers == 0 || numbers > lines_per_exchange) return false;
  auto const& shape = shapes[numbers];
  if (shape.bytes != code.size()) return false;
  if (shape.is_bit_set) return (code[count_bytes + line / 8] >> (line % 8) & 1) != 0;
  Parts const parts(code, shape, numbers);
  unsigned const wanted_high = line >> shape.low_bits;
  unsigned const wanted_low = line & ((1U << shape.low_bits) - 1);
  auto at = parts.begin_of(wanted_high);
  for (auto index = at - wanted_high; at < parts.high_size && index < numbers && parts.is_one(at);
       ++at, ++index) {
    auto const low = parts.low_of(index);
    if (low >= wanted_low) return low == wanted_low;
  }
  return false;
}

void decode_exchange(std::span<std::uint8_t const> code, std::span<std::uint64_t, words_per_exchange> into) {
  auto const numbers = numbers_in(code);
  if (numbers == 0 || numbers > lines_per_exchange) return;
  auto const& shape = shapes[numbers];
  if (shape.bytes != code.size()) return;
  if (shape.is_bit_set) {
    std::array<std::uint64_t, words_per_exchange> words{};
    std::memcpy(words.data(), code.data() + count_bytes, bit_set_bytes);
    for (std::size_t i = 0; i < words_per_exchange; ++i) into[i] |= words[i];
    return;
  }
  Parts const parts(code, shape, numbers);
  unsigned high = 0;
  unsigned index = 0;
  for (unsigned at = 0; at < parts.high_size && index < numbers; ++at) {
    if (!parts.is_one(at)) {
      ++high;
      continue;
    }
    auto const line = std::min((high << shape.low_bits) + parts.low_of(index++), lines_per_exchange - 1);
    into[line / 64] |= std::uint64_t{1} << (line % 64);
  }
}

}  // namespace linebook::lists
