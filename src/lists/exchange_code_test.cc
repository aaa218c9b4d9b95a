#include "lists/exchange_code.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <vector>

namespace linebook::lists {
namespace {

using Words = std::array<std::uint64_t, words_per_exchange>;

struct Exchange {
  Words bits{};
  unsigned count = 0;

  void add(unsigned line) {
    auto& word = bits[line / 64];
    auto const bit = std::uint64_t{1} << (line % 64);
    count += (word & bit) == 0 ? 1 : 0;
    word |= bit;
  }
  bool has(unsigned line) const { return (bits[line / 64] >> (line % 64) & 1) != 0; }
  /// What follows the code is not zero: it must not matter.
  std::vector<std::uint8_t> code() const {
    std::vector<std::uint8_t> bytes(shape_of(count).bytes + read_ahead);
    encode_exchange(bits, count, bytes.data());
    std::fill(bytes.end() - read_ahead, bytes.end(), 0xFF);
    return bytes;
  }
};

std::span<std::uint8_t const> without_read_ahead(std::vector<std::uint8_t> const& bytes) {
  return std::span(bytes).first(bytes.size() - read_ahead);
}

void expect_same(Exchange const& exchange, std::string const& name) {
  auto const bytes = exchange.code();
  auto const code = without_read_ahead(bytes);
  EXPECT_EQ(numbers_in(code), exchange.count) << name;
  unsigned wrong = 0;
  for (unsigned line = 0; line < lines_per_exchange; ++line)
    wrong += has_line(code, line) != exchange.has(line) ? 1 : 0;
  EXPECT_EQ(wrong, 0U) << name;
  Words decoded{};
  decode_exchange(code, decoded);
  EXPECT_EQ(decoded, exchange.bits) << name;
}

TEST(ExchangeCode, HoldsEveryDensity) {
  std::mt19937 random(1);
  for (unsigned wanted :
       {1U,    2U,    3U,    7U,    20U,   63U,   64U,   65U,   100U,  250U,  400U,  625U,  800U,
        1000U, 1250U, 1600U, 2000U, 2400U, 2499U, 2500U, 2501U, 5000U, 9000U, 9999U, 10000U}) {
    Exchange scattered;
    while (scattered.count < wanted) scattered.add(static_cast<unsigned>(random() % lines_per_exchange));
    expect_same(scattered, "scattered, " + std::to_string(wanted));
    Exchange first;
    while (first.count < wanted) first.add(first.count);
    expect_same(first, "the first lines, " + std::to_string(wanted));
    Exchange last;
    while (last.count < wanted) last.add(lines_per_exchange - 1 - last.count);
    expect_same(last, "the last lines, " + std::to_string(wanted));
  }
}

TEST(ExchangeCode, IsSmallForAnyDensity) {
  EXPECT_LE(shape_of(1).bytes, 5U);
  EXPECT_LE(shape_of(250).bytes, 250U);  // 250 million over every exchange that could be: 250 MB
  EXPECT_LE(shape_of(950).bytes, 650U);  // over 330 area codes
  EXPECT_EQ(shape_of(10'000).bytes, 1252U);
  for (unsigned numbers = 1; numbers < lines_per_exchange; ++numbers)
    EXPECT_LE(shape_of(numbers).bytes, 1252U);
}

TEST(ExchangeCode, AgreesWithASet) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    Exchange exchange;
    std::set<unsigned> model;
    auto const wanted = 1 + random() % 3000;
    auto const width = 1 + random() % lines_per_exchange;  // clustered more or less
    for (unsigned i = 0; i < wanted; ++i) {
      auto const line = static_cast<unsigned>(random() % width);
      exchange.add(line);
      model.insert(line);
    }
    auto const bytes = exchange.code();
    unsigned wrong = 0;
    for (unsigned line = 0; line < lines_per_exchange; ++line)
      wrong += has_line(without_read_ahead(bytes), line) != model.contains(line) ? 1 : 0;
    EXPECT_EQ(wrong, 0U) << round;
  }
}

TEST(ExchangeCode, ReadsNothingBeyondItsEndWhateverIsInIt) {
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    auto const count = 1 + random() % (lines_per_exchange + 50);
    auto const size = count <= lines_per_exchange ? shape_of(static_cast<unsigned>(count)).bytes : 700;
    // Of its own, so that a sanitizer sees where it ends.
    std::vector<std::uint8_t> bytes(size + read_ahead);
    for (auto& byte : bytes)
      byte = round % 3 == 0 ? 0xFF : round % 3 == 1 ? 0 : static_cast<std::uint8_t>(random());
    bytes[0] = static_cast<std::uint8_t>(count);
    bytes[1] = static_cast<std::uint8_t>(count >> 8);
    for (unsigned line : {0U, 1U, 4999U, 9998U, 9999U}) has_line(without_read_ahead(bytes), line);
    Words decoded{};
    decode_exchange(without_read_ahead(bytes), decoded);
  }
  for (std::size_t size : {0U, 1U, 2U, 3U}) {
    std::vector<std::uint8_t> const few(size, 1);
    EXPECT_FALSE(has_line(few, 0));
  }
}

}  // namespace
}  // namespace linebook::lists
