// The contact numbers of one account in memory, for substring search with exact totals: the digits as bit
// planes, the ids beside them, in order of id. About 22 bytes a number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/search/digit_rows.h"

namespace linebook {

/// One page out of all that fit.
struct DigitMatches {
  std::vector<NumberKey> page;
  std::int64_t total = 0;  // exact
};

/// Not synchronized.
class DigitIndex {
 public:
  /// A search of more numbers is shared out among threads: it waits for memory, more than one core asks for.
  static constexpr std::size_t numbers_worth_a_thread = 2'000'000;
  explicit DigitIndex(std::size_t worth_a_thread = numbers_worth_a_thread)
      : worth_a_thread_(worth_a_thread) {}

  /// Adds a number, or replaces what is known under its key.
  void put(IndexedNumber const&);
  /// Nothing happens where there is no such number.
  void remove(NumberKey const&);

  DigitMatches find(DigitPattern const&, std::int64_t limit, std::int64_t offset) const;

  std::size_t size() const { return size_; }

 private:
  // A block is what an insertion in the middle has to move: ids come nearly in order, but not quite.
  static constexpr std::size_t block_rows = 4096;
  static constexpr std::size_t block_words = block_rows / 64;
  using Marks = std::array<std::uint64_t, block_words>;
  struct Block {
    std::vector<NumberKey> keys;  // ascending, never empty
    DigitRows rows;
  };

  /// The block where the key is or belongs; there is at least one.
  std::size_t block_of(NumberKey const&) const;
  void split(std::size_t block);
  /// How many rows of each block fit.
  std::vector<std::uint16_t> count(DigitMatcher const&) const;
  DigitMatches find_newest(DigitMatcher const&, std::int64_t limit, std::int64_t offset) const;
  DigitMatches find_by_number(DigitMatcher const&, std::int64_t limit, std::int64_t offset) const;

  std::size_t worth_a_thread_;
  std::vector<Block> blocks_;  // ascending
  std::size_t size_ = 0;
};

}  // namespace linebook
