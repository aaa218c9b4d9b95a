// When the clocks on the wall let somebody be reached: hours for each day of a local calendar, found on the
// line of UTC, through every change of the clocks. All is exact to the millisecond; nothing is looked for
// minute by minute.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "base/instant.h"
#include "domain/contacts/contact_window.h"
#include "domain/reach/calling_hours.h"
#include "domain/reach/time_zones.h"

namespace linebook {

/// What a clock and a calendar on the wall say.
struct LocalTime {
  LocalDay day;
  MinuteOfDay minute;

  bool operator==(LocalTime const&) const = default;
};

LocalTime local_time(Instant, std::chrono::seconds utc_offset);
Weekday weekday_of(LocalDay);

/// Hours that depend on nothing but the day on a local calendar.
class DailyHours {
 public:
  virtual DayHours on(LocalDay) const = 0;

 protected:
  ~DailyHours() = default;
};

/// A window, the same every week.
class WeeklyHours final : public DailyHours {
 public:
  explicit WeeklyHours(ContactWindow const& window) : window_(window) {}
  DayHours on(LocalDay) const override;

 private:
  ContactWindow const& window_;
};

/// The policy's hours, and at once those of each state.
class SolicitationHours final : public DailyHours {
 public:
  SolicitationHours(ContactWindow const& policy, std::span<StateHours const* const> states)
      : policy_(policy), states_(states) {}
  DayHours on(LocalDay) const override;

 private:
  WeeklyHours policy_;
  std::span<StateHours const* const> states_;
};

/// All of a day, or nothing of it: the policy's holidays, and the federal ones where a state allows nothing
/// then.
class HolidayFreeDays final : public DailyHours {
 public:
  /// `holidays` ascending.
  HolidayFreeDays(std::span<LocalDay const> holidays, std::span<StateHours const* const> states)
      : holidays_(holidays), states_(states) {}
  DayHours on(LocalDay) const override;

 private:
  std::span<LocalDay const> holidays_;
  std::span<StateHours const* const> states_;
};

/// What a state sets for that day of the week, and on a federal holiday its hours for those at once: a
/// holiday on a Sunday is no freer than either. One on which it allows nothing adds none here:
/// HolidayFreeDays has that day.
DayHours hours_in(StateHours const&, LocalDay);
/// Is it a federal holiday on which the state allows nothing?
bool is_holiday_in(StateHours const&, LocalDay);

/// Hours, read off the clocks of one zone.
struct Timetable {
  TimeZone const* zone;
  DailyHours const* hours;
};

bool is_open(Timetable const&, Instant);
/// The first instant of [from, last] that is open.
std::optional<Instant> next_opening(Timetable const&, Instant from, Instant last);
/// From an open instant, the first that is closed; `last` where that is later.
Instant closing_after(Timetable const&, Instant from, Instant last);
/// The first instant of [from, last] at which all of them are open.
std::optional<Instant> next_common_opening(std::span<Timetable const>, Instant from, Instant last);

}  // namespace linebook
