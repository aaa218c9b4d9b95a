#include "store/search/digit_rows.h"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <string>

namespace linebook {
namespace {

constexpr std::string_view id_prefix = "phn_";
constexpr std::size_t bits_per_word = 64;

bool bit_of_digit(char digit, std::size_t bit) {
  return (static_cast<unsigned>(digit - '0') >> bit & 1) != 0;
}

/// Calls `set(plane, value)` for every plane of a row.
template <class Set>
void for_each_plane(IndexedNumber const& number, Set const& set) {
  set(DigitRows::live, true);
  set(DigitRows::primary, number.primary);
  set(DigitRows::verified, number.verified);
  set(DigitRows::do_not_call, number.do_not_call);
  auto const type = static_cast<unsigned>(number.phone_type);
  for (std::size_t bit = 0; bit < 2; ++bit) set(DigitRows::phone_type + bit, (type >> bit & 1) != 0);
  set(DigitRows::person_type, number.person_type == PersonType::doctor);
  std::size_t plane = DigitRows::digits;
  for (char const digit : number.digits.view())
    for (std::size_t bit = 0; bit < 4; ++bit) set(plane++, bit_of_digit(digit, bit));
}

}  // namespace

NumberKey key_of(std::string_view id) {
  auto const parsed = id.starts_with(id_prefix) ? parse_ulid(id.substr(id_prefix.size())) : std::nullopt;
  if (!parsed) throw std::invalid_argument("not an id of a contact number: " + std::string(id));
  NumberKey key{.high = static_cast<std::uint64_t>(parsed->at.milliseconds)};
  for (std::size_t i = 0; i < 2; ++i) key.high = key.high << 8 | parsed->entropy[i];
  for (std::size_t i = 2; i < parsed->entropy.size(); ++i) key.low = key.low << 8 | parsed->entropy[i];
  return key;
}

ContactNumberId id_of(NumberKey const& key) {
  Entropy entropy;
  for (std::size_t i = 0; i < 2; ++i)
    entropy[i] = static_cast<std::uint8_t>(key.high >> (8 * (1 - i)) & 0xFF);
  for (std::size_t i = 2; i < entropy.size(); ++i)
    entropy[i] = static_cast<std::uint8_t>(key.low >> (8 * (9 - i)) & 0xFF);
  return {std::string(id_prefix) + ulid({static_cast<std::int64_t>(key.high >> 16)}, entropy)};
}

std::vector<ContactNumberId> ids_of(std::vector<NumberKey> const& keys) {
  std::vector<ContactNumberId> ids(keys.size());
  std::ranges::transform(keys, ids.begin(), id_of);
  return ids;
}

// -- Rows ---------------------------------------------------------------------------------------------------

/// Every row from `row` on moves up by one: in each plane, the words' highest bits are carried along.
void DigitRows::open_gap(std::size_t row) {
  if (size_ % rows_per_strip == 0) strips_.emplace_back();
  auto const first = row / bits_per_word;
  auto const below = (std::uint64_t{1} << row % bits_per_word) - 1;
  auto const last = size_ / bits_per_word;
  if (row < size_)
    for (std::size_t plane = 0; plane < planes; ++plane) {
      for (auto index = last; index > first; --index)
        word(plane, index) = word(plane, index) << 1 | word(plane, index - 1) >> (bits_per_word - 1);
      auto& bits = word(plane, first);
      bits = (bits & below) | (bits & ~below) << 1;
    }
  ++size_;
}

/// Every row above `row` moves down by one.
void DigitRows::erase(std::size_t row) {
  auto const first = row / bits_per_word;
  auto const below = (std::uint64_t{1} << row % bits_per_word) - 1;
  auto const last = (size_ - 1) / bits_per_word;
  for (std::size_t plane = 0; plane < planes; ++plane) {
    auto& bits = word(plane, first);
    bits = (bits & below) | (bits >> 1 & ~below);
    for (auto index = first; index < last; ++index) {
      word(plane, index) |= word(plane, index + 1) << (bits_per_word - 1);
      word(plane, index + 1) >>= 1;
    }
  }
  --size_;
  if (size_ % rows_per_strip == 0) strips_.pop_back();
}

void DigitRows::insert(std::size_t row, IndexedNumber const& number) {
  open_gap(row);
  replace(row, number);
}

void DigitRows::replace(std::size_t row, IndexedNumber const& number) {
  auto const bit = std::uint64_t{1} << row % bits_per_word;
  auto const index = row / bits_per_word;
  for_each_plane(number, [&](std::size_t plane, bool value) {
    auto& bits = word(plane, index);
    bits = value ? bits | bit : bits & ~bit;
  });
}

std::uint64_t DigitRows::number(std::size_t row) const {
  auto const& words = strips_[row / rows_per_strip].words;
  auto const word = row % rows_per_strip / bits_per_word;
  auto const bit = row % bits_per_word;
  std::uint64_t number = 0;
  for (std::size_t plane = digits; plane < planes; plane += 4) {
    std::uint64_t digit = 0;
    for (std::size_t i = 0; i < 4; ++i) digit |= (words[plane + i][word] >> bit & 1) << i;
    number = number * 10 + digit;
  }
  return number;
}

DigitRows DigitRows::split_at(std::size_t row) {
  DigitRows rest;
  auto const strip = static_cast<std::ptrdiff_t>(row / rows_per_strip);
  rest.strips_.assign(strips_.begin() + strip, strips_.end());
  rest.size_ = size_ - row;
  strips_.resize(static_cast<std::size_t>(strip));
  size_ = row;
  return rest;
}

// -- Matching -----------------------------------------------------------------------------------------------

namespace {

using Terms = DigitMatcher::Terms;
using Strips = std::vector<DigitRows::Strip>;

/// 256 rows at once: one register where the processor has AVX2, else two or four.
using Wide = std::uint64_t __attribute__((vector_size(32)));

// Inlined into each of the two functions below, and so compiled for either processor.
[[gnu::always_inline]] inline void load(Wide& into, std::uint64_t const* words) {
  __builtin_memcpy(&into, words, sizeof into);
}
[[gnu::always_inline]] inline bool is_empty(Wide const& rows) {
  return (rows[0] | rows[1] | rows[2] | rows[3]) == 0;
}

[[gnu::always_inline]] inline void require_digit(Terms const& terms, DigitRows::Strip const& strip,
                                                 std::size_t first, std::size_t i, Wide& rows) {
  for (std::size_t bit = 0; bit < 4; ++bit) {
    Wide plane;
    load(plane, strip.words[DigitRows::digits + (first + i) * 4 + bit].data());
    rows &= plane ^ terms.flips[i][bit];
  }
}

template <std::size_t length>
[[gnu::always_inline]] inline void mark_strip(Terms const& terms, DigitRows::Strip const& strip,
                                              Wide& found) {
  // Of 256 rows some nearly always hold the first two digits, and rarely any the first three: to look whether
  // rows are left costs more than it saves before that.
  constexpr std::size_t unasked = 3;
  Wide candidates;
  load(candidates, strip.words[DigitRows::live].data());
  for (std::size_t i = 0; i < terms.flag_count; ++i) {
    Wide flag;
    load(flag, strip.words[terms.flags[i].plane].data());
    candidates &= flag ^ terms.flags[i].flip;
  }
  if constexpr (length == 0) {
    found = candidates;
    return;
  }
  found = Wide{};
  for (std::size_t first = 0; first + length <= 10; ++first) {
    Wide rows = candidates;
    for (std::size_t i = 0; i < std::min(length, unasked); ++i) require_digit(terms, strip, first, i, rows);
    for (std::size_t i = unasked; i < length && !is_empty(rows); ++i)
      require_digit(terms, strip, first, i, rows);
    found |= rows;
  }
}

template <std::size_t length>
[[gnu::always_inline]] inline std::size_t mark_strips(Terms const& terms, Strips const& strips,
                                                      std::uint64_t* marks) {
  std::size_t count = 0;
  for (auto const& strip : strips) {
    Wide found;
    mark_strip<length>(terms, strip, found);
    for (std::size_t i = 0; i < DigitRows::words_per_strip; ++i) {
      *marks++ = found[i];
      count += static_cast<std::size_t>(std::popcount(found[i]));
    }
  }
  return count;
}

/// The loops know how long the pattern is.
[[gnu::always_inline]] inline std::size_t mark_by_length(Terms const& terms, Strips const& strips,
                                                         std::uint64_t* marks) {
  switch (terms.length) {
    case 0:
      return mark_strips<0>(terms, strips, marks);
    case 1:
      return mark_strips<1>(terms, strips, marks);
    case 2:
      return mark_strips<2>(terms, strips, marks);
    case 3:
      return mark_strips<3>(terms, strips, marks);
    case 4:
      return mark_strips<4>(terms, strips, marks);
    case 5:
      return mark_strips<5>(terms, strips, marks);
    case 6:
      return mark_strips<6>(terms, strips, marks);
    case 7:
      return mark_strips<7>(terms, strips, marks);
    case 8:
      return mark_strips<8>(terms, strips, marks);
    case 9:
      return mark_strips<9>(terms, strips, marks);
    default:
      return mark_strips<10>(terms, strips, marks);
  }
}

std::size_t mark_anywhere(Terms const& terms, Strips const& strips, std::uint64_t* marks) {
  return mark_by_length(terms, strips, marks);
}

#if defined(__x86_64__)
[[gnu::target("avx2,popcnt")]] std::size_t mark_with_avx2(Terms const& terms, Strips const& strips,
                                                          std::uint64_t* marks) {
  return mark_by_length(terms, strips, marks);
}
// Three operands in one instruction.
[[gnu::target("avx2,avx512f,avx512vl,popcnt")]] std::size_t mark_with_avx512(Terms const& terms,
                                                                             Strips const& strips,
                                                                             std::uint64_t* marks) {
  return mark_by_length(terms, strips, marks);
}
#endif

using Mark = std::size_t (*)(Terms const&, Strips const&, std::uint64_t*);

Mark best_mark() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vl")) return mark_with_avx512;
  if (__builtin_cpu_supports("avx2")) return mark_with_avx2;
#endif
  return mark_anywhere;
}

}  // namespace

void DigitMatcher::require(std::size_t plane, bool value) {
  terms_.flags[terms_.flag_count++] = {plane, value ? std::uint64_t{0} : ~std::uint64_t{0}};
}

DigitMatcher::DigitMatcher(DigitPattern const& pattern) {
  if (pattern.primary) require(DigitRows::primary, *pattern.primary);
  if (pattern.verified) require(DigitRows::verified, *pattern.verified);
  if (pattern.do_not_call) require(DigitRows::do_not_call, *pattern.do_not_call);
  if (pattern.phone_type) {
    auto const type = static_cast<unsigned>(*pattern.phone_type);
    for (std::size_t bit = 0; bit < 2; ++bit) require(DigitRows::phone_type + bit, (type >> bit & 1) != 0);
  }
  if (pattern.person_type) require(DigitRows::person_type, *pattern.person_type == PersonType::doctor);
  for (char const digit : pattern.digits) {
    auto& flips = terms_.flips.at(terms_.length++);
    for (std::size_t bit = 0; bit < 4; ++bit) flips[bit] = bit_of_digit(digit, bit) ? 0 : ~std::uint64_t{0};
  }
}

std::size_t DigitMatcher::mark(Strips const& strips, std::uint64_t* marks) const {
  static Mark const best = best_mark();
  return best(terms_, strips, marks);
}

}  // namespace linebook
