// What the system's database says, and how another version takes its place.
#include "zones/system_time_zones.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "domain/numbers/area_codes.h"
#include "domain/text/timezone.h"
#include "fakes/made_up_time_zones.h"

namespace linebook {
namespace {

Instant at_time(std::string_view text) { return parse_rfc3339(text).value(); }

SystemTimeZones const& of_the_system() {
  static SystemTimeZones const zones;
  return zones;
}

TEST(SystemTimeZones, HasEveryZoneThatAnAreaCodeNames) {
  auto const& zones = of_the_system();
  EXPECT_NE(zones.version(), "");
  for (auto const& area : all_area_codes())
    for (auto name : area.timezones()) EXPECT_TRUE(zones.find(name)) << area.code << " " << name;
  for (auto name : {"", "America", "America/Nowhere", "america/new_york", "../../etc/passwd", "tzdata.zi"})
    EXPECT_FALSE(zones.find(name)) << name;
  // A bare Debian has them all; one without the old names lacks some.
  EXPECT_LT(zones.unreadable(), all_timezones().size() / 10);
  EXPECT_EQ(zones.count() + zones.unreadable(), all_timezones().size());
}

TEST(SystemTimeZones, KnowsOffsetsAndChanges) {
  struct {
    char const* name;
    char const* zone;
    char const* at;
    int minutes;
    char const* begins;  // empty: not told
    char const* ends;
  } const cases[] = {
      {"winter", "America/New_York", "2027-03-14T06:59:59Z", -300, "2026-11-01T06:00:00Z",
       "2027-03-14T07:00:00Z"},
      {"summer", "America/New_York", "2027-03-14T07:00:00Z", -240, "2027-03-14T07:00:00Z",
       "2027-11-07T06:00:00Z"},
      {"an old name", "US/Eastern", "2027-03-14T07:00:00Z", -240, "2027-03-14T07:00:00Z",
       "2027-11-07T06:00:00Z"},
      {"half an hour of summer", "Australia/Lord_Howe", "2027-10-02T15:30:00Z", 660, "2027-10-02T15:30:00Z",
       "2028-04-01T15:00:00Z"},
      {"half hours", "America/St_Johns", "2027-07-01T00:00:00Z", -150, "2027-03-14T05:30:00Z",
       "2027-11-07T04:30:00Z"},
      {"quarters of hours", "Asia/Kathmandu", "2027-07-01T00:00:00Z", 345, "", ""},
      {"no change for as long as is known", "Asia/Kolkata", "2027-07-01T00:00:00Z", 330, "", ""},
      {"Arizona", "America/Phoenix", "2027-07-01T00:00:00Z", -420, "", ""},
      {"the Navajo Nation", "America/Shiprock", "2027-07-01T00:00:00Z", -360, "2027-03-14T09:00:00Z",
       "2027-11-07T08:00:00Z"},
      {"summer that is the standard, and winter the exception", "Europe/Dublin", "2027-07-01T00:00:00Z", 60,
       "2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z"},
      // What files of the database tell by a rule only.
      {"behind the last transition of a file", "America/New_York", "2050-07-01T00:00:00Z", -240,
       "2050-03-13T07:00:00Z", "2050-11-06T06:00:00Z"},
      {"there in the south", "Australia/Lord_Howe", "2050-01-01T00:00:00Z", 660, "2049-10-02T15:30:00Z",
       "2050-04-02T15:00:00Z"},
      {"there in Ireland", "Europe/Dublin", "2050-01-01T00:00:00Z", 0, "2049-10-31T01:00:00Z",
       "2050-03-27T01:00:00Z"},
      {"a day that was left out", "Pacific/Apia", "2011-12-30T10:00:00Z", 840, "2011-12-30T10:00:00Z",
       "2012-03-31T14:00:00Z"},
      {"before what is known", "America/New_York", "1900-01-01T00:00:00Z", -300, "", "1990-04-01T07:00:00Z"},
      {"at Greenwich", "UTC", "2027-07-01T00:00:00Z", 0, "", ""},
  };
  for (auto const& c : cases) {
    auto const* zone = of_the_system().find(c.zone);
    ASSERT_TRUE(zone) << c.name;
    auto const span = zone->span_at(at_time(c.at));
    EXPECT_EQ(span.offset, std::chrono::minutes(c.minutes)) << c.name;
    EXPECT_EQ(span.begins.milliseconds == INT64_MIN ? "" : to_rfc3339(span.begins), c.begins) << c.name;
    EXPECT_EQ(span.ends.milliseconds == INT64_MAX ? "" : to_rfc3339(span.ends), c.ends) << c.name;
  }
}

TEST(SystemTimeZones, AgreesWithTheLawThatTheRulesAreTestedUnder) {
  fakes::MadeUpTimeZones const made_up;
  for (auto name : {"America/New_York", "America/Chicago", "America/Denver", "America/Shiprock",
                    "America/Los_Angeles", "America/Halifax", "America/Anchorage", "America/St_Johns",
                    "America/Phoenix", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"})
    for (auto at = at_time("2021-01-01T00:00:00Z"); at < at_time("2040-01-01T00:00:00Z");
         at = at + std::chrono::hours(5)) {
      auto const ours = made_up.find(name)->span_at(at), systems = of_the_system().find(name)->span_at(at);
      ASSERT_EQ(ours.offset, systems.offset) << name << " " << to_rfc3339(at);
      ASSERT_LE(systems.begins, at) << name;
      ASSERT_GT(systems.ends, at) << name;
    }
}

ZoneDatabase of_version(std::string version, int hours = 0) {
  ZoneDatabase database{.version = std::move(version), .zones = {}, .unreadable = 0};
  if (!database.version.empty()) database.zones.push_back({"UTC", {std::chrono::hours(hours), {}}});
  return database;
}

TEST(SystemTimeZones, AnotherVersionTakesItsPlaceWhole) {
  auto next = of_version("2026a", 1);
  SystemTimeZones zones([&] { return next; });
  auto const* old = zones.find("UTC");
  auto const now = at_time("2026-11-18T00:00:00Z");

  EXPECT_EQ(zones.reload(), false);
  EXPECT_EQ(zones.find("UTC"), old);

  next = of_version("2026b", 2);
  EXPECT_EQ(zones.reload(), true);
  EXPECT_EQ(zones.version(), "2026b");
  EXPECT_EQ(zones.find("UTC")->span_at(now).offset, std::chrono::hours(2));
  EXPECT_EQ(old->span_at(now).offset, std::chrono::hours(1)) << "whoever holds it goes on with it";

  next = of_version("");
  EXPECT_FALSE(zones.reload()) << "nothing to read";
  EXPECT_EQ(zones.version(), "2026b") << "what was there stays";

  next = of_version("2026a");
  EXPECT_EQ(zones.reload(), true);
  EXPECT_EQ(zones.find("UTC"), old) << "a version that comes back is kept already";
}

TEST(SystemTimeZones, WithoutADatabaseNothingIsKnown) {
  auto next = of_version("");
  SystemTimeZones zones([&] { return next; });
  EXPECT_EQ(zones.version(), "");
  EXPECT_FALSE(zones.find("America/New_York"));
  EXPECT_FALSE(zones.reload());
  next = of_version("2026a");
  EXPECT_EQ(zones.reload(), true);
  EXPECT_TRUE(zones.find("UTC"));
}

TEST(SystemTimeZones, KeepsNoMoreVersionsThanItSays) {
  int version = 0;
  SystemTimeZones zones([&] { return of_version(std::to_string(version++)); });
  for (std::size_t i = 1; i < max_kept_versions; ++i) EXPECT_EQ(zones.reload(), true) << i;
  EXPECT_FALSE(zones.reload());
  EXPECT_EQ(zones.version(), std::to_string(max_kept_versions - 1));
}

TEST(SystemTimeZones, IsReadWhileItChanges) {
  int version = 0;
  SystemTimeZones zones([&] {
    ++version;
    return of_version(std::to_string(version), version % 10);
  });
  std::atomic<bool> over = false;
  std::jthread reading([&] {
    while (!over) EXPECT_LT(zones.find("UTC")->span_at({0}).offset, std::chrono::hours(10));
  });
  for (std::size_t i = 1; i < max_kept_versions; ++i) EXPECT_EQ(zones.reload(), true);
  over = true;
}

}  // namespace
}  // namespace linebook
