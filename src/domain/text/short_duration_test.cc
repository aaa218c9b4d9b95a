#include "domain/text/short_duration.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(ShortDuration, ReadsANumberAndAUnit) {
  struct {
    char const* text;
    std::optional<std::chrono::seconds> expected;
  } const cases[] = {
      {"30s", std::chrono::seconds(30)},
      {"5m", minutes(5)},
      {"2h", hours(2)},
      {"90d", hours(24 * 90)},
      {"4w", hours(24 * 28)},
      {"PT5M", minutes(5)},
      {"P1D", hours(24)},
      {"999999999w", std::chrono::seconds(999'999'999LL * 7 * 86'400)},
      {"", std::nullopt},
      {"5", std::nullopt},
      {"m", std::nullopt},
      {"0m", std::nullopt},
      {"PT0S", std::nullopt},
      {"P5", std::nullopt},
      {"-5m", std::nullopt},
      {"+5m", std::nullopt},
      {"5M", std::nullopt},
      {"5 m", std::nullopt},
      {" 5m", std::nullopt},
      {"5m ", std::nullopt},
      {"1.5h", std::nullopt},
      {"1h30m", std::nullopt},
      {"5y", std::nullopt},
      {"1000000000s", std::nullopt},
      {"tomorrow", std::nullopt},
  };
  for (auto const& c : cases) EXPECT_EQ(parse_short_duration(c.text), c.expected) << c.text;
}

}  // namespace
}  // namespace linebook
