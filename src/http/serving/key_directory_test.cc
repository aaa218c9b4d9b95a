#include "http/serving/key_directory.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

constexpr auto at(std::int64_t seconds) { return Instant::from_seconds(seconds); }

TEST(Spend, CountsAMinute) {
  KeyUse use({"key_1"});
  Principal const principal{{1}, Scopes::all(), 3, &use};
  for (std::int64_t left : {2, 1, 0}) {
    auto const allowance = spend(principal, at(600));
    EXPECT_TRUE(allowance.granted);
    EXPECT_EQ(allowance.remaining, left);
    EXPECT_EQ(allowance.reset_seconds, 660);
  }
  EXPECT_FALSE(spend(principal, at(659)).granted);
  EXPECT_EQ(spend(principal, at(659)).remaining, 0);
  EXPECT_TRUE(spend(principal, at(660)).granted);
}

TEST(Spend, DoesNotStartAnewWhenTheClockStepsBack) {
  KeyUse use({"key_1"});
  Principal const principal{{1}, Scopes::all(), 1, &use};
  EXPECT_TRUE(spend(principal, at(600)).granted);
  EXPECT_FALSE(spend(principal, at(599)).granted);
}

}  // namespace
}  // namespace linebook::http
