#include "domain/numbers/area_codes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/instant.h"
#include "domain/text/timezone.h"

namespace linebook {
namespace {

TEST(AreaCodes, KnowWhereTheyAre) {
  struct {
    char const* code;
    char const* country;
    char const* region;
    AreaCodeKind kind;
    std::vector<std::string_view> timezones;
  } const cases[] = {
      {"585", "US", "NY", AreaCodeKind::geographic, {"America/New_York"}},
      {"202", "US", "DC", AreaCodeKind::geographic, {"America/New_York"}},
      {"316", "US", "KS", AreaCodeKind::geographic, {"America/Chicago"}},
      {"415", "US", "CA", AreaCodeKind::geographic, {"America/Los_Angeles"}},
      {"208", "US", "ID", AreaCodeKind::geographic, {"America/Boise", "America/Los_Angeles"}},
      {"219", "US", "IN", AreaCodeKind::geographic, {"America/Chicago"}},
      {"915", "US", "TX", AreaCodeKind::geographic, {"America/Denver"}},
      {"907", "US", "AK", AreaCodeKind::geographic, {"America/Anchorage", "America/Adak"}},
      {"416", "CA", "ON", AreaCodeKind::geographic, {"America/Toronto"}},
      {"902", "CA", "NS/PE", AreaCodeKind::geographic, {"America/Halifax"}},
      {"787", "PR", "", AreaCodeKind::geographic, {"America/Puerto_Rico"}},
      {"671", "GU", "", AreaCodeKind::geographic, {"Pacific/Guam"}},
      {"268", "AG", "", AreaCodeKind::geographic, {"America/Antigua"}},
      {"876", "JM", "", AreaCodeKind::geographic, {"America/Jamaica"}},
      {"800", "", "", AreaCodeKind::toll_free, {}},
      {"833", "", "", AreaCodeKind::toll_free, {}},
      {"900", "", "", AreaCodeKind::premium, {}},
      {"500", "", "", AreaCodeKind::personal, {}},
      {"600", "CA", "", AreaCodeKind::personal, {}},
      {"700", "", "", AreaCodeKind::carrier, {}},
      {"710", "US", "", AreaCodeKind::government, {}},
  };
  for (auto const& c : cases) {
    auto found = find_area_code(c.code);
    ASSERT_TRUE(found) << c.code;
    EXPECT_EQ(found->code, c.code);
    EXPECT_EQ(found->country, c.country) << c.code;
    EXPECT_EQ(found->region, c.region) << c.code;
    EXPECT_EQ(found->kind, c.kind) << c.code;
    EXPECT_TRUE(std::ranges::equal(found->timezones(), c.timezones)) << c.code;
  }
}

TEST(AreaCodes, RefuseWhatIsNotAssigned) {
  for (std::string_view code :
       {"555", "000", "123", "199", "211", "911", "822", "999", "", "58", "5855", "58a", "٥"})
    EXPECT_FALSE(find_area_code(code)) << code;
}

TEST(AreaCodes, TableIsWhole) {
  auto all = all_area_codes();
  EXPECT_GE(all.size(), 440u);
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &AreaCode::code));
  EXPECT_TRUE(std::ranges::adjacent_find(all, {}, &AreaCode::code) == all.end());
  for (auto const& area : all) {
    EXPECT_EQ(find_area_code(area.code)->code, area.code);
    bool geographic = area.kind == AreaCodeKind::geographic;
    EXPECT_EQ(area.timezones().empty(), !geographic) << area.code;
    EXPECT_EQ(area.region.empty(), !geographic || (area.country != "US" && area.country != "CA"))
        << area.code;
    for (auto zone : area.timezones()) EXPECT_TRUE(is_timezone(zone)) << area.code << ' ' << zone;
  }
  EXPECT_TRUE(is_calendar_date(area_codes_as_of()));
  EXPECT_EQ(to_string(AreaCodeKind::toll_free), "toll_free");
}

}  // namespace
}  // namespace linebook
