#include "domain/contacts/contact_window.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(ContactWindow, TakesDaysAndTwoTimes) {
  using Fields = std::vector<std::string>;
  struct {
    char const* name;
    std::vector<std::string_view> days;
    char const* start;
    char const* end;
    char const* stored;  // nullptr: refused
    Fields faults;
  } const cases[] = {
      {"two days", {"mon", "tue"}, "09:00", "18:00", "mon,tue 09:00-18:00", {}},
      {"one day, all of it", {"sun"}, "00:00", "24:00", "sun 00:00-24:00", {}},
      {"days out of order", {"sun", "wed"}, "08:30", "08:31", "wed,sun 08:30-08:31", {}},
      {"no days", {}, "09:00", "18:00", nullptr, {"days"}},
      {"a day twice", {"mon", "mon"}, "09:00", "18:00", nullptr, {"days"}},
      {"unknown day", {"monday"}, "09:00", "18:00", nullptr, {"days"}},
      {"capital day", {"Mon"}, "09:00", "18:00", nullptr, {"days"}},
      {"end before start", {"mon"}, "18:00", "09:00", nullptr, {"end"}},
      {"end at start", {"mon"}, "09:00", "09:00", nullptr, {"end"}},
      {"one digit hour", {"mon"}, "9:00", "18:00", nullptr, {"start"}},
      {"hour 25", {"mon"}, "09:00", "25:00", nullptr, {"end"}},
      {"after 24:00", {"mon"}, "09:00", "24:01", nullptr, {"end"}},
      {"minute 60", {"mon"}, "09:60", "18:00", nullptr, {"start"}},
      {"seconds", {"mon"}, "09:00:00", "18:00", nullptr, {"start"}},
      {"sign", {"mon"}, "+9:00", "18:00", nullptr, {"start"}},
      {"every fault is told", {}, "", "18", nullptr, {"days", "start", "end"}},
  };
  for (auto const& c : cases) {
    auto window = ContactWindow::make(c.days, c.start, c.end);
    ASSERT_EQ(window.has_value(), c.stored != nullptr) << c.name;
    if (window) {
      EXPECT_EQ(window->str(), c.stored) << c.name;
      EXPECT_EQ(ContactWindow::parse(c.stored), *window) << c.name;
    } else {
      Fields faults;
      for (auto const& detail : window.error().details) faults.push_back(detail.field);
      EXPECT_EQ(faults, c.faults) << c.name;
    }
  }
}

TEST(ContactWindow, ReadsOnlyWhatItWrote) {
  EXPECT_TRUE(ContactWindow::parse("mon,tue,wed,thu,fri,sat,sun 09:00-18:00"));
  for (std::string_view text :
       {"", " ", "mon", "mon 09:00", "mon 09:00-18:00 ", " 09:00-18:00", "tue,mon 09:00-18:00",
        "mon, 09:00-18:00", "mon,,tue 09:00-18:00", "mon  09:00-18:00", "mon 18:00-09:00", "mon 09:00 18:00",
        "mon,tue,wed,thu,fri,sat,sun,mon 09:00-18:00"})
    EXPECT_FALSE(ContactWindow::parse(text)) << text;
}

TEST(ContactWindow, ContainsItsMinutes) {
  auto window = ContactWindow::parse("mon,fri 09:00-18:00").value();
  EXPECT_TRUE(window.contains(Weekday::mon, 540));
  EXPECT_TRUE(window.contains(Weekday::fri, 1079));
  EXPECT_FALSE(window.contains(Weekday::mon, 539));
  EXPECT_FALSE(window.contains(Weekday::mon, 1080));
  EXPECT_FALSE(window.contains(Weekday::tue, 600));
  EXPECT_EQ(window.days(), (std::vector{Weekday::mon, Weekday::fri}));
  EXPECT_EQ(to_clock_text(window.start()), "09:00");
}

}  // namespace
}  // namespace linebook
