#include "store/search/digit_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <utility>

namespace linebook {

std::size_t DigitIndex::block_of(NumberKey const& key) const {
  if (blocks_.back().keys.front() <= key) return blocks_.size() - 1;  // as nearly always: the newest
  auto const after =
      std::ranges::upper_bound(blocks_, key, {}, [](Block const& b) { return b.keys.front(); });
  return after == blocks_.begin() ? 0 : static_cast<std::size_t>(after - blocks_.begin()) - 1;
}

void DigitIndex::put(IndexedNumber const& number) {
  if (blocks_.empty()) blocks_.emplace_back();
  auto at = blocks_.size() - 1;
  if (size_ > 0) at = block_of(number.key);
  auto const place = [&](Block& block) { return std::ranges::lower_bound(block.keys, number.key); };
  auto where = place(blocks_[at]);
  if (where != blocks_[at].keys.end() && *where == number.key) {
    blocks_[at].rows.replace(static_cast<std::size_t>(where - blocks_[at].keys.begin()), number);
    return;
  }
  if (blocks_[at].keys.size() == block_rows) {
    // A full last block stays full where numbers are added in order.
    if (at + 1 == blocks_.size() && where == blocks_[at].keys.end()) {
      blocks_.emplace_back();
      ++at;
    } else {
      split(at);
      at = block_of(number.key);
    }
    where = place(blocks_[at]);
  }
  auto& block = blocks_[at];
  block.rows.insert(static_cast<std::size_t>(where - block.keys.begin()), number);
  block.keys.insert(where, number.key);
  ++size_;
}

void DigitIndex::split(std::size_t block) {
  auto& lower = blocks_[block];
  auto const middle = block_rows / 2;
  auto const from = lower.keys.begin() + static_cast<std::ptrdiff_t>(middle);
  Block upper{{from, lower.keys.end()}, lower.rows.split_at(middle)};
  lower.keys.erase(from, lower.keys.end());
  blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(block) + 1, std::move(upper));
}

void DigitIndex::remove(NumberKey const& key) {
  if (size_ == 0) return;
  auto const at = block_of(key);
  auto& block = blocks_[at];
  auto const where = std::ranges::lower_bound(block.keys, key);
  if (where == block.keys.end() || *where != key) return;
  block.rows.erase(static_cast<std::size_t>(where - block.keys.begin()));
  block.keys.erase(where);
  --size_;
  if (block.keys.empty()) blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at));
}

std::vector<std::uint16_t> DigitIndex::count(DigitMatcher const& matcher) const {
  std::vector<std::uint16_t> fitting(blocks_.size());
  auto const count_some = [&](std::size_t from, std::size_t to) {
    Marks marks;
    for (auto block = from; block < to; ++block)
      fitting[block] = static_cast<std::uint16_t>(matcher.mark(blocks_[block].rows.strips(), marks.data()));
  };
  auto const threads =
      std::clamp<std::size_t>(size_ / worth_a_thread_, 1, std::max(1U, std::thread::hardware_concurrency()));
  auto const share = blocks_.size() / threads;
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(count_some, (i - 1) * share, i * share);
  count_some((threads - 1) * share, blocks_.size());
  others.clear();  // waits for them
  return fitting;
}

DigitMatches DigitIndex::find(DigitPattern const& pattern, std::int64_t limit, std::int64_t offset) const {
  DigitMatcher const matcher(pattern);
  return pattern.by_number ? find_by_number(matcher, limit, offset) : find_newest(matcher, limit, offset);
}

DigitMatches DigitIndex::find_newest(DigitMatcher const& matcher, std::int64_t limit,
                                     std::int64_t offset) const {
  auto const fitting = count(matcher);
  DigitMatches matches;
  auto const end = offset + limit;
  for (auto at = blocks_.size(); at-- > 0;) {
    auto nth = matches.total;
    matches.total += fitting[at];
    if (fitting[at] == 0 || nth >= end || matches.total <= offset) continue;
    auto const& block = blocks_[at];
    Marks marks;
    matcher.mark(block.rows.strips(), marks.data());
    for (auto word = block.rows.strips().size() * DigitRows::words_per_strip; word-- > 0 && nth < end;)
      for (auto bits = marks[word]; bits != 0 && nth < end; ++nth) {
        auto const bit = static_cast<std::size_t>(std::bit_width(bits)) - 1;
        bits ^= std::uint64_t{1} << bit;
        if (nth >= offset) matches.page.push_back(block.keys[word * 64 + bit]);
      }
  }
  return matches;
}

/// Each match is one word, so that words in order are matches in order: the number, and below it how far the
/// row is from the newest. Eight bytes a match, for as long as it takes.
DigitMatches DigitIndex::find_by_number(DigitMatcher const& matcher, std::int64_t limit,
                                        std::int64_t offset) const {
  constexpr unsigned row_bits = 30;  // ten digits take the other 34
  constexpr std::uint64_t last_row = (std::uint64_t{1} << row_bits) - 1;
  if (blocks_.size() * block_rows > last_row) throw std::length_error("too many numbers to put in order");
  std::vector<std::uint64_t> found;
  Marks marks;
  for (std::size_t at = 0; at < blocks_.size(); ++at) {
    auto const& rows = blocks_[at].rows;
    if (matcher.mark(rows.strips(), marks.data()) == 0) continue;
    for (std::size_t word = 0; word < rows.strips().size() * DigitRows::words_per_strip; ++word)
      for (auto bits = marks[word]; bits != 0; bits &= bits - 1) {
        auto const row = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        found.push_back(rows.number(row) << row_bits | (last_row - (at * block_rows + row)));
      }
  }
  DigitMatches matches{.page = {}, .total = std::ssize(found)};
  auto const first = std::min(offset, matches.total);
  auto const end = first + std::min(limit, matches.total - first);
  auto const begin = found.begin();
  std::nth_element(begin, begin + first, found.end());
  std::partial_sort(begin + first, begin + end, found.end());
  for (auto i = first; i < end; ++i) {
    auto const row = last_row - (found[static_cast<std::size_t>(i)] & last_row);
    matches.page.push_back(blocks_[row / block_rows].keys[row % block_rows]);
  }
  return matches;
}

}  // namespace linebook
