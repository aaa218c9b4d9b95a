#include "cli/import/window_text.h"

#include <gtest/gtest.h>

#include <string>

namespace linebook {
namespace {

TEST(WindowText, ReadsWhatPeopleWrite) {
  struct Row {
    char const* text;
    char const* stored;
  } const rows[] = {
      {"mon,tue 09:00-18:00", "mon,tue 09:00-18:00"},
      {"Mon-Fri 9am-5pm", "mon,tue,wed,thu,fri 09:00-17:00"},
      {"weekdays 8:30 to 17:00", "mon,tue,wed,thu,fri 08:30-17:00"},
      {"Saturday 10-14", "sat 10:00-14:00"},
      {"Tues and Thurs, 12 pm – 1:30 p.m.", "tue,thu 12:00-13:30"},
      {"8-12", "mon,tue,wed,thu,fri,sat,sun 08:00-12:00"},
      {"Weekends: 9:00-24:00", "sat,sun 09:00-24:00"},
  };
  for (auto const& row : rows) {
    auto const window = read_window_text(row.text);
    ASSERT_TRUE(window) << row.text;
    EXPECT_EQ(window->str(), row.stored) << row.text;
  }
}

TEST(WindowText, GuessesNothing) {
  for (std::string const text : {"", "whenever", "mornings", "Mon-Fri", "9", "1-5pm", "9-5", "13pm-14pm",
                                 "fri-mon 9-10", "Mo 9-10", "mon 9-10 and 11-12", "25:00-26:00"})
    EXPECT_FALSE(read_window_text(text)) << text;
  EXPECT_FALSE(read_window_text(std::string(1000, '9')));
}

}  // namespace
}  // namespace linebook
