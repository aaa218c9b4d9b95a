#include "domain/text/iso_duration.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(IsoDuration, ReadsDaysHoursMinutesAndSeconds) {
  struct {
    char const* text;
    std::optional<std::chrono::seconds> expected;
  } const cases[] = {
      {"PT4H", hours(4)},
      {"PT15M", minutes(15)},
      {"P1D", hours(24)},
      {"P2W", hours(24 * 14)},
      {"PT90S", std::chrono::seconds(90)},
      {"P1DT2H3M4S", hours(26) + minutes(3) + std::chrono::seconds(4)},
      {"PT0S", std::chrono::seconds(0)},
      {"P30D", hours(24 * 30)},
      {"", std::nullopt},
      {"P", std::nullopt},
      {"PT", std::nullopt},
      {"P1DT", std::nullopt},
      {"4H", std::nullopt},
      {"pt4h", std::nullopt},
      {"PT4", std::nullopt},
      {"PT4H ", std::nullopt},
      {" PT4H", std::nullopt},
      {"PT-4H", std::nullopt},
      {"-PT4H", std::nullopt},
      {"PT1.5H", std::nullopt},
      {"PT1M2H", std::nullopt},
      {"PT1H1H", std::nullopt},
      {"P1H", std::nullopt},
      {"PT1D", std::nullopt},
      {"P1M", std::nullopt},  // a month is no length of time
      {"P1Y", std::nullopt},
      {"P1W1D", std::nullopt},
      {"PT9999999999S", std::nullopt},
      {"P99999999999999999999D", std::nullopt},
  };
  for (auto const& c : cases) EXPECT_EQ(parse_iso_duration(c.text), c.expected) << c.text;
}

TEST(IsoDuration, IsWrittenAsItIsRead) {
  struct {
    std::chrono::seconds duration;
    char const* text;
  } const cases[] = {
      {hours(4), "PT4H"},
      {minutes(15), "PT15M"},
      {hours(24), "P1D"},
      {hours(30), "P1DT6H"},
      {std::chrono::seconds(0), "PT0S"},
      {std::chrono::seconds(90), "PT1M30S"},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(to_iso_duration(c.duration), c.text);
    EXPECT_EQ(parse_iso_duration(c.text), c.duration);
  }
}

}  // namespace
}  // namespace linebook
