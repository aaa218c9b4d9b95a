#include "domain/text/timezone.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(Timezone, IsAnIanaName) {
  for (std::string_view name : {"America/New_York", "America/Argentina/Buenos_Aires", "Pacific/Honolulu",
                                "Europe/London", "UTC", "US/Eastern", "Etc/GMT+5", "America/Nuuk"})
    EXPECT_TRUE(is_timezone(name)) << name;
  for (std::string_view name : {"", "america/new_york", "America/Gotham", "America/", "EDT", "+05:00",
                                "Factory", " UTC", "UTC ", "../etc/passwd"})
    EXPECT_FALSE(is_timezone(name)) << name;
  EXPECT_FALSE(is_timezone(std::string_view("UTC\0", 4)));
}

}  // namespace
}  // namespace linebook
