#include "domain/reach/calling_hours.h"

#include <gtest/gtest.h>

#include "base/instant.h"

namespace linebook {
namespace {

LocalDay day_named(std::string_view date) {
  return static_cast<LocalDay>(parse_rfc3339(std::string(date) + "T00:00:00Z")->seconds() / 86'400);
}

TEST(CallingHours, BringsAlongWhatIsStricter) {
  auto const& hours = CallingHours::built_in();
  EXPECT_EQ(hours.all().size(), 20u);
  EXPECT_TRUE(is_calendar_date(hours.as_of()));
  EXPECT_NE(hours.source(), "");
  for (auto const& state : hours.all()) EXPECT_EQ(hours.of(state.code()), &state) << state.code();
  for (auto state : {"NY", "", "T", "TXX", "tx", "ZZ", "AA"}) EXPECT_EQ(hours.of(state), nullptr) << state;
  auto const* texas = hours.of("TX");
  ASSERT_TRUE(texas);
  EXPECT_EQ(texas->on(Weekday::fri), (DayHours{9 * 60, 21 * 60}));
  EXPECT_EQ(texas->on(Weekday::sun), (DayHours{12 * 60, 21 * 60}));
  EXPECT_TRUE(hours.of("AL")->on(Weekday::sun).never());
  EXPECT_FALSE(hours.of("AL")->on(Weekday::sat).never());
}

TEST(CallingHours, KnowsTheFederalHolidays) {
  struct {
    char const* name;
    char const* date;
    bool holiday;
  } const cases[] = {
      {"New Year's Day", "2026-01-01", true},
      {"the day after", "2026-01-02", false},
      {"New Year's Day of 2028, a Saturday", "2028-01-01", true},
      {"the Friday on which it is observed, of the year before", "2027-12-31", true},
      {"an ordinary New Year's Eve", "2026-12-31", false},
      {"third Monday of January", "2027-01-18", true},
      {"second Monday of January", "2027-01-11", false},
      {"third Monday of February", "2027-02-15", true},
      {"last Monday of May, the fifth", "2027-05-31", true},
      {"fourth Monday of that May", "2027-05-24", false},
      {"last Monday of May, the fourth", "2028-05-29", true},
      {"Juneteenth, a Saturday", "2027-06-19", true},
      {"observed on Friday", "2027-06-18", true},
      {"Independence Day, a Sunday", "2027-07-04", true},
      {"observed on Monday", "2027-07-05", true},
      {"the Tuesday after", "2027-07-06", false},
      {"first Monday of September", "2026-09-07", true},
      {"second Monday of October", "2026-10-12", true},
      {"Veterans Day", "2026-11-11", true},
      {"fourth Thursday of November", "2026-11-26", true},
      {"the fifth Thursday is none", "2023-11-30", false},
      {"the Friday after Thanksgiving is none", "2026-11-27", false},
      {"Christmas Day", "2026-12-25", true},
      {"Christmas Eve", "2026-12-24", false},
      {"leap day", "2028-02-29", false},
      {"long ago", "1969-12-25", true},
      {"far ahead", "2099-12-25", true},
  };
  for (auto const& c : cases) EXPECT_EQ(is_federal_holiday(day_named(c.date)), c.holiday) << c.name;
}

TEST(CallingHours, ReadsATableWholeOrNotAtAll) {
  constexpr std::string_view header = "state,mon_fri,sat,sun,holidays\n";
  using Fields = std::vector<std::string>;
  struct {
    char const* name;
    std::string csv;
    Fields faults;
  } const cases[] = {
      {"one state", std::string(header) + "TX,09:00-21:00,09:00-21:00,12:00-21:00,none\n", {}},
      {"no end of line, comments, empty lines, a byte order mark, carriage returns",
       "\xef\xbb\xbf# of 2026\r\n\r\n" + std::string(header) + "# Texas\nTX,none,none,none,none",
       {}},
      {"all day", std::string(header) + "TX,00:00-24:00,none,none,none\n", {}},
      {"nothing", "", {"file"}},
      {"a header alone would lift every rule", std::string(header), {"file"}},
      {"no header", "TX,none,none,none,none\n", {"line 1"}},
      {"every line at fault",
       std::string(header) + "TX,none,none,none\nLA,none,none,none,none\nAL,8:00-20:00,none,none,none\n",
       {"line 2", "line 4"}},
      {"a cell too many", std::string(header) + "TX,none,none,none,none,\n", {"line 2"}},
      {"no such state", std::string(header) + "XX,none,none,none,none\n", {"line 2"}},
      {"a state's name", std::string(header) + "Texas,none,none,none,none\n", {"line 2"}},
      {"small letters", std::string(header) + "tx,none,none,none,none\n", {"line 2"}},
      {"a state twice", std::string(header) + "TX,none,none,none,none\nTX,none,none,none,none\n", {"line 3"}},
      {"hours that end before they start",
       std::string(header) + "TX,21:00-09:00,none,none,none\n",
       {"line 2"}},
      {"hours that never last", std::string(header) + "TX,09:00-09:00,none,none,none\n", {"line 2"}},
      {"hours behind the end of the day",
       std::string(header) + "TX,09:00-24:01,none,none,none\n",
       {"line 2"}},
      {"an empty cell", std::string(header) + "TX,,none,none,none\n", {"line 2"}},
      {"too long", std::string(100'000, '#'), {"file"}},
  };
  for (auto const& c : cases) {
    auto const hours = CallingHours::parse(c.csv, "a guide", "2026-11-01");
    Fields faults;
    if (!hours)
      for (auto const& detail : hours.error().details) faults.push_back(detail.field);
    EXPECT_EQ(faults, c.faults) << c.name;
    if (!hours) continue;
    EXPECT_EQ(hours->source(), "a guide");
    EXPECT_EQ(hours->as_of(), "2026-11-01");
    EXPECT_TRUE(hours->of("TX")) << c.name;
  }
  for (auto date : {"", "2026-02-29", "2026-11-01T00:00:00Z"})
    EXPECT_FALSE(CallingHours::parse(cases[0].csv, "a guide", date)) << date;
}

TEST(CallingHours, SaysWhereItIsFromInOneLine) {
  constexpr std::string_view table = "state,mon_fri,sat,sun,holidays\nTX,none,none,none,none\n";
  for (std::string source : {std::string(), std::string("two\nlines"), std::string("a\0b", 3),
                             std::string(max_calling_hours_source + 1, 'x')})
    EXPECT_FALSE(CallingHours::parse(table, source, "2026-11-01")) << source;
}

TEST(CallingHours, IsReadAsItIsKept) {
  auto const& hours = CallingHours::built_in();
  auto const kept = hours.csv();
  auto const head = CallingHours::head_of(kept);
  EXPECT_EQ(CallingHours::parse(kept, head.source, head.as_of), hours);
  EXPECT_EQ(CallingHours::head_of("# nothing\nstate\n").source, "");
}

TEST(CallingHours, TellsNoMoreThanAHundredFaults) {
  std::string csv = "state,mon_fri,sat,sun,holidays\n";
  for (int i = 0; i < 1000; ++i) csv += "?\n";
  auto const hours = CallingHours::parse(csv, "a guide", "2026-11-01");
  ASSERT_FALSE(hours);
  EXPECT_EQ(hours.error().details.size(), 100u);
}

}  // namespace
}  // namespace linebook
