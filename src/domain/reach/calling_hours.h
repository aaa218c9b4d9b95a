// The hours that states set for telephone solicitation, where they are stricter than the federal ones, and
// the holidays that some of them name. Data, not code: generated from us_calling_hours.csv and
// us_holidays.csv, which lie here, by script/generate-calling-hours, or loaded by `linebook import
// calling-hours`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/contacts/contact_window.h"

namespace linebook {

/// From `start` on, up to but without `end`. start == end: at no time that day.
struct DayHours {
  MinuteOfDay start = 0;
  MinuteOfDay end = 0;

  constexpr bool never() const { return start >= end; }
  constexpr bool contains(MinuteOfDay m) const { return m >= start && m < end; }
  bool operator==(DayHours const&) const = default;
};

struct StateHours {
  std::array<char, 2> state;  // "TX"
  DayHours mon_fri;
  DayHours sat;
  DayHours sun;
  DayHours holidays;

  std::string_view code() const { return {state.data(), state.size()}; }
  DayHours const& on(Weekday day) const {
    return day == Weekday::sat ? sat : day == Weekday::sun ? sun : mon_fri;
  }
  bool operator==(StateHours const&) const = default;
};

inline constexpr std::size_t max_calling_hours_bytes = 64 * 1024;  // of a table
inline constexpr std::size_t max_calling_hours_source = 300;       // bytes

/// A set of states' hours as one thing: what is in force in an installation.
class CallingHours {
 public:
  /// The hours that the build brings along.
  static CallingHours const& built_in();

  /// The text of a CSV file with the columns state, mon_fri, sat, sun, holidays ("08:00-20:00" or "none") and
  /// comment lines that begin with "#". Every line at fault is a problem, its field "line 7".
  static Result<CallingHours> parse(std::string_view csv, std::string source, std::string as_of);

  struct Head {
    std::string source;
    std::string as_of;
  };
  /// What its lines "# Source: a guide" and "# As of: 2025-12-31" say; empty where there is none.
  static Head head_of(std::string_view csv);
  /// A table that parse() reads, with its source and date in such lines: how it is kept.
  std::string csv() const;

  /// Null: the state sets nothing stricter.
  StateHours const* of(std::string_view state) const;
  std::span<StateHours const> all() const { return states_; }
  std::string const& source() const { return source_; }
  std::string const& as_of() const { return as_of_; }  // calendar date
  bool operator==(CallingHours const&) const = default;

 private:
  std::vector<StateHours> states_;  // by code
  std::string source_;
  std::string as_of_;
};

/// Days since 1970-01-01 on a local calendar.
using LocalDay = std::int32_t;

/// Is it a federal holiday (5 U.S.C. 6103, with the day on which it is observed)?
bool is_federal_holiday(LocalDay);

}  // namespace linebook
