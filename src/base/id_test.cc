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
