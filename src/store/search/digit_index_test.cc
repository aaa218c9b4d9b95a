#include "store/search/digit_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace linebook {
namespace {

IndexedNumber number(std::uint64_t key, std::string_view digits, PhoneType type = PhoneType::cell) {
  return {.key = {key, 0},
          .digits = TenDigits::parse(digits).value(),
          .phone_type = type,
          .primary = false,
          .verified = false,
          .do_not_call = false,
          .person_type = PersonType::patient};
}

std::vector<std::uint64_t> page_of(DigitMatches const& matches) {
  std::vector<std::uint64_t> keys;
  for (auto const& key : matches.page) keys.push_back(key.high);
  return keys;
}

using Keys = std::vector<std::uint64_t>;

TEST(NumberKey, IsTheIdInBinary) {
  Entropy low{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, high = low;
  high[9] = 11;
  ContactNumberId const first{"phn_" + ulid({1'740'000'000'000}, low)};
  ContactNumberId const second{"phn_" + ulid({1'740'000'000'000}, high)};
  EXPECT_EQ(id_of(key_of(first.value)), first);
  EXPECT_EQ(id_of(key_of(second.value)), second);
  EXPECT_LT(key_of(first.value), key_of(second.value));
  EXPECT_THROW(key_of("phn_1"), std::invalid_argument);
  EXPECT_THROW(key_of("pat_" + first.value.substr(4)), std::invalid_argument);
}

TEST(DigitIndex, FindsAnyPartNewestFirst) {
  DigitIndex index;
  index.put(number(1, "5551234567"));
  index.put(number(3, "2125550100"));
  index.put(number(2, "4155550199"));
  EXPECT_EQ(page_of(index.find({.digits = "555"}, 10, 0)), (Keys{3, 2, 1}));
  EXPECT_EQ(page_of(index.find({.digits = "5550"}, 10, 0)), (Keys{3, 2}));
  EXPECT_EQ(page_of(index.find({.digits = "7"}, 10, 0)), (Keys{1}));
  EXPECT_EQ(page_of(index.find({.digits = "2125550100"}, 10, 0)), (Keys{3}));
  EXPECT_EQ(index.find({.digits = "9999"}, 10, 0).total, 0);
  EXPECT_EQ(index.find({.digits = "000000"}, 10, 0).total, 0);  // rows that are not there hold no zeros
}

TEST(DigitIndex, PagesWithExactTotals) {
  DigitIndex index;
  for (std::uint64_t i = 0; i < 10'000; ++i) index.put(number(i, "5551234567"));
  auto const page = index.find({.digits = "345"}, 3, 5'000);
  EXPECT_EQ(page.total, 10'000);
  EXPECT_EQ(page_of(page), (Keys{4'999, 4'998, 4'997}));
  EXPECT_EQ(page_of(index.find({.digits = ""}, 3, 9'998)), (Keys{1, 0}));
  EXPECT_EQ(page_of(index.find({.digits = "345"}, 3, 10'000)), Keys{});
  EXPECT_EQ(page_of(index.find({.digits = "345"}, 0, 0)), Keys{});
}

TEST(DigitIndex, PagesByNumberAndThoseOfOneNewestFirst) {
  DigitIndex index;
  for (std::uint64_t i = 0; i < 10'000; ++i)
    index.put(number(i, std::to_string(2'000'000'000 + i * 7'919 % 10'000 / 2)));
  for (auto const offset : {0, 1, 4'999, 9'998, 10'000, 20'000}) {
    auto const page = index.find({.digits = "", .by_number = true}, 3, offset);
    EXPECT_EQ(page.total, 10'000);
    EXPECT_EQ(page.page.size(), static_cast<std::size_t>(std::clamp(10'000 - offset, 0, 3)));
  }
  // Two have the lowest number: 7,679 × 7,919 is 1 (mod 10,000).
  EXPECT_EQ(page_of(index.find({.digits = "", .by_number = true}, 2, 0)), (Keys{7'679, 0}));
  EXPECT_EQ(index.find({.digits = "2000000001", .by_number = true}, 10, 0).total, 2);
}

TEST(DigitIndex, SharesALongSearchOut) {
  DigitIndex shared(10'000), alone;
  for (std::uint64_t i = 0; i < 50'000; ++i)
    for (auto* index : {&shared, &alone})
      index->put(number(i, std::to_string(2'000'000'000 + i * 7'368'787 % 8'000'000'000)));
  for (auto const* digits : {"", "5", "36", "7368", "2007368787"}) {
    auto const one = alone.find({.digits = digits}, 100, 50);
    auto const many = shared.find({.digits = digits}, 100, 50);
    EXPECT_EQ(many.total, one.total) << digits;
    EXPECT_EQ(page_of(many), page_of(one)) << digits;
  }
}

TEST(DigitIndex, ReplacesAndRemoves) {
  DigitIndex index;
  index.put(number(1, "5551234567"));
  index.put(number(1, "5551234568", PhoneType::home));
  EXPECT_EQ(index.size(), 1U);
  EXPECT_EQ(index.find({.digits = "4567"}, 10, 0).total, 0);
  EXPECT_EQ(index.find({.digits = "4568", .phone_type = PhoneType::home}, 10, 0).total, 1);
  EXPECT_EQ(index.find({.digits = "4568", .phone_type = PhoneType::cell}, 10, 0).total, 0);
  index.remove({2, 0});
  index.remove({1, 0});
  index.remove({1, 0});
  EXPECT_EQ(index.size(), 0U);
  EXPECT_EQ(index.find({.digits = "4"}, 10, 0).total, 0);
}

/// The same by looking at every number.
struct Model {
  std::map<NumberKey, IndexedNumber> numbers;

  DigitMatches find(DigitPattern const& wanted, std::int64_t limit, std::int64_t offset) const {
    std::vector<IndexedNumber> found;
    auto const is = [](auto const& filter, auto value) { return !filter || *filter == value; };
    for (auto at = numbers.rbegin(); at != numbers.rend(); ++at) {
      auto const& n = at->second;
      if (n.digits.view().find(wanted.digits) == std::string_view::npos) continue;
      if (!is(wanted.phone_type, n.phone_type) || !is(wanted.primary, n.primary)) continue;
      if (!is(wanted.verified, n.verified) || !is(wanted.do_not_call, n.do_not_call)) continue;
      if (!is(wanted.person_type, n.person_type)) continue;
      found.push_back(n);
    }
    if (wanted.by_number)
      std::ranges::sort(found, [](IndexedNumber const& a, IndexedNumber const& b) {
        return std::pair(a.digits.view(), b.key) < std::pair(b.digits.view(), a.key);
      });
    DigitMatches matches{.page = {}, .total = std::ssize(found)};
    for (auto i = offset; i < std::min(offset + limit, matches.total); ++i)
      matches.page.push_back(found[static_cast<std::size_t>(i)].key);
    return matches;
  }
};

// Ids mostly in order with stragglers, so that blocks fill, split and empty.
TEST(DigitIndex, AgreesWithAPlainWalkUnderRandomChanges) {
  std::mt19937_64 random(20'261'122);
  auto const up_to = [&](std::uint64_t n) { return random() % n; };
  DigitIndex index;
  Model model;
  auto const some_digits = [&](std::size_t length) {
    std::string text;
    while (text.size() < length) text += static_cast<char>('0' + up_to(10));
    return text;
  };
  for (int round = 0; round < 30; ++round) {
    bool const shrinks = round % 10 == 9;
    for (int change = 0; change < 2'000; ++change) {
      auto const newest = model.numbers.empty() ? 0 : model.numbers.rbegin()->first.high;
      NumberKey const key{up_to(4) == 0 ? up_to(newest + 1) : newest + 1 + up_to(3), up_to(2)};
      if (shrinks || up_to(5) == 0) {
        auto at = model.numbers.lower_bound({up_to(newest + 1), 0});
        if (at == model.numbers.end()) continue;
        index.remove(at->first);
        model.numbers.erase(at);
        continue;
      }
      IndexedNumber const n{.key = key,
                            .digits = TenDigits::parse(some_digits(10)).value(),
                            .phone_type = static_cast<PhoneType>(up_to(3)),
                            .primary = up_to(2) == 0,
                            .verified = up_to(2) == 0,
                            .do_not_call = up_to(8) == 0,
                            .person_type = static_cast<PersonType>(up_to(2))};
      index.put(n);
      model.numbers.insert_or_assign(key, n);
    }
    ASSERT_EQ(index.size(), model.numbers.size());
    for (int search = 0; search < 40; ++search) {
      auto const digits = some_digits(up_to(11));
      DigitPattern wanted{.digits = digits};
      if (up_to(3) == 0) wanted.phone_type = static_cast<PhoneType>(up_to(3));
      if (up_to(3) == 0) wanted.primary = up_to(2) == 0;
      if (up_to(3) == 0) wanted.verified = up_to(2) == 0;
      if (up_to(3) == 0) wanted.do_not_call = up_to(2) == 0;
      if (up_to(3) == 0) wanted.person_type = static_cast<PersonType>(up_to(2));
      wanted.by_number = up_to(3) == 0;
      auto const limit = static_cast<std::int64_t>(up_to(50));
      auto const offset = static_cast<std::int64_t>(up_to(2) == 0 ? 0 : up_to(3'000));
      auto const got = index.find(wanted, limit, offset);
      auto const expected = model.find(wanted, limit, offset);
      ASSERT_EQ(got.total, expected.total) << "digits " << digits;
      ASSERT_EQ(got.page, expected.page) << "digits " << digits;
    }
  }
}

}  // namespace
}  // namespace linebook
