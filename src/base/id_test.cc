#include "base/id.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(Ulid, SortsByTimeThenEntropy) {
  Entropy low{}, high{};
  high[9] = 1;
  EXPECT_EQ(ulid({0}, low), "00000000000000000000000000");
  EXPECT_EQ(ulid({0}, high), "00000000000000000000000001");
  EXPECT_LT(ulid({1000}, high), ulid({1001}, low));
  Entropy full;
  full.fill(255);
  EXPECT_EQ(ulid({0}, full).substr(10), "ZZZZZZZZZZZZZZZZ");
  EXPECT_EQ(ulid({1469918176385}, low).substr(0, 10), "01ARYZ6S41");  // the ULID specification's own example
}

TEST(Ulid, IsReadBack) {
  Entropy entropy{1, 2, 3, 250, 251, 252, 0, 128, 255, 7};
  auto const read = parse_ulid(ulid({1469918176385}, entropy));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at.milliseconds, 1469918176385);
  EXPECT_EQ(read->entropy, entropy);
  EXPECT_FALSE(parse_ulid("01ARYZ6S41"));
  EXPECT_FALSE(parse_ulid("01ARYZ6S41TSV4RRFFQ69G5FAU"));  // no U in this alphabet
  EXPECT_FALSE(parse_ulid("81ARYZ6S41TSV4RRFFQ69G5FAV"));  // more than 128 bits
}

TEST(ChoosableId, TakesOneTo64PlainCharacters) {
  EXPECT_TRUE(is_choosable_id("pat_67890"));
  EXPECT_TRUE(is_choosable_id("A.b-c_9"));
  EXPECT_TRUE(is_choosable_id(std::string(64, 'x')));
  EXPECT_FALSE(is_choosable_id(""));
  EXPECT_FALSE(is_choosable_id(std::string(65, 'x')));
  EXPECT_FALSE(is_choosable_id("a/b"));
  EXPECT_FALSE(is_choosable_id("ä"));
}

}  // namespace
}  // namespace linebook
