// When a person likes to be called: on some days of the week, between two times of the day, on the clock
// of the person's own time zone.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace linebook {

enum class Weekday : std::uint8_t { mon, tue, wed, thu, fri, sat, sun };

constexpr std::size_t days_in_a_week = 7;

/// "mon"
std::string_view to_string(Weekday);
std::optional<Weekday> parse_weekday(std::string_view);

/// Minutes after midnight, 0 to 1440. "24:00" is the end of the day, as ISO 8601 has it.
using MinuteOfDay = std::uint16_t;

/// "09:00"
std::string to_clock_text(MinuteOfDay);
/// Strictly two digits, a colon and two digits.
std::optional<MinuteOfDay> parse_minute_of_day(std::string_view);

class ContactWindow {
 public:
  /// One or more different days, and a start before the end: no window passes midnight. Otherwise a
  /// validation_error with every fault, its fields named "days", "start" and "end".
  static Result<ContactWindow> make(std::span<std::string_view const> days, std::string_view start,
                                    std::string_view end);

  /// What str() made; nothing for anything else.
  static std::optional<ContactWindow> parse(std::string_view stored);
  /// "mon,tue 09:00-18:00", days in the order of the week: how it is stored.
  std::string str() const;

  std::vector<Weekday> days() const;
  MinuteOfDay start() const { return start_; }
  MinuteOfDay end() const { return end_; }
  /// The minute `end` itself is outside.
  bool contains(Weekday day, MinuteOfDay minute) const {
    return days_[static_cast<std::size_t>(day)] && minute >= start_ && minute < end_;
  }

  bool operator==(ContactWindow const&) const = default;

 private:
  ContactWindow() = default;

  std::bitset<days_in_a_week> days_;
  MinuteOfDay start_ = 0;
  MinuteOfDay end_ = 0;
};

}  // namespace linebook
