#include "base/instant.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(Instant, RendersWholeSecondsUtc) {
  EXPECT_EQ(to_rfc3339(Instant::from_seconds(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339({1739955000999}), "2025-02-19T08:50:00Z");
  EXPECT_EQ(to_rfc3339({-1}), "1969-12-31T23:59:59Z");
  EXPECT_EQ(to_rfc3339(Instant::from_seconds(951782400)), "2000-02-29T00:00:00Z");
}

struct Case {
  char const* name;
  char const* text;
  std::optional<Instant> expected;
};

TEST(Instant, ParsesRfc3339) {
  Case const cases[] = {
      {"utc", "2025-02-19T08:50:00Z", Instant{1739955000000}},
      {"lower case", "2025-02-19t08:50:00z", Instant{1739955000000}},
      {"offset", "2025-02-19T10:50:00+02:00", Instant{1739955000000}},
      {"fraction", "2025-02-19T08:50:00.25Z", Instant{1739955000250}},
      {"no offset", "2025-02-19T08:50:00", std::nullopt},
      {"no such day", "2025-02-30T08:50:00Z", std::nullopt},
      {"hour 24", "2025-02-19T24:00:00Z", std::nullopt},
      {"empty fraction", "2025-02-19T08:50:00.Z", std::nullopt},
      {"trailing", "2025-02-19T08:50:00Zx", std::nullopt},
      {"empty", "", std::nullopt},
  };
  for (auto const& c : cases) EXPECT_EQ(parse_rfc3339(c.text), c.expected) << c.name;
}

TEST(Instant, KnowsCalendarDates) {
  EXPECT_TRUE(is_calendar_date("2024-02-29"));
  EXPECT_FALSE(is_calendar_date("2023-02-29"));
  EXPECT_FALSE(is_calendar_date("2024-2-9"));
  EXPECT_FALSE(is_calendar_date("2024-02-29T"));
}

}  // namespace
}  // namespace linebook
