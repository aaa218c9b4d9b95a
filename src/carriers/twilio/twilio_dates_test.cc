#include "carriers/twilio/twilio_dates.h"

#include <gtest/gtest.h>

namespace linebook::twilio {
namespace {

TEST(TwilioDates, Read) {
  EXPECT_EQ(parse_rfc2822("Tue, 31 Aug 2010 20:36:28 +0000"), parse_rfc3339("2010-08-31T20:36:28Z"));
  EXPECT_EQ(parse_rfc2822("Thu, 01 Jan 1970 00:00:00 +0000"), Instant{});
  for (auto const* text :
       {"", "Tue", "Tue, 31 Aug 2010", "Tue, 31 Aug 2010 20:36:28 +0200", "Tue, 31 Feb 2010 20:36:28 +0000",
        "Tue, 31 aug 2010 20:36:28 +0000", "Tue, 31 Aug 2010 24:36:28 +0000",
        "Tue, 3 Aug 2010 20:36:28 +0000", "Tue, -1 Aug 2010 20:36:28 +0000", "2010-08-31T20:36:28Z",
        "Tue, 31 Aug 2010 20:36:28 +0000 "})
    EXPECT_FALSE(parse_rfc2822(text)) << text;
}

TEST(TwilioDates, BeginOfDay) {
  EXPECT_EQ(begin_of_day(*parse_rfc3339("2010-08-31T20:36:28Z")), "2010-08-31T00:00:00Z");
  EXPECT_EQ(begin_of_day(*parse_rfc3339("2010-08-31T00:00:00Z")), "2010-08-31T00:00:00Z");
  EXPECT_EQ(begin_of_day(*parse_rfc3339("1969-12-31T23:59:59Z")), "1969-12-31T00:00:00Z");
}

}  // namespace
}  // namespace linebook::twilio
