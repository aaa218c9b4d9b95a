#include "domain/reach/contact_hours.h"

#include <algorithm>

namespace linebook {
namespace {

constexpr std::int64_t ms_in_a_minute = 60'000;
constexpr MinuteOfDay minutes_in_a_day = 24 * 60;
constexpr std::int64_t ms_in_a_day = minutes_in_a_day * ms_in_a_minute;
constexpr LocalDay days_to_first_monday = 3;  // 1970-01-01 was a Thursday
constexpr DayHours all_day{0, minutes_in_a_day};

constexpr std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// Milliseconds since 1970-01-01T00:00 on the clock of that offset.
constexpr std::int64_t on_the_wall(Instant at, std::chrono::seconds offset) {
  return at.milliseconds + offset.count() * 1000;
}

LocalDay day_of(std::int64_t wall) { return static_cast<LocalDay>(floor_divide(wall, ms_in_a_day)); }

/// When a clock of that offset shows that minute of that day; it need not be the zone's offset then.
Instant instant_of(LocalDay day, MinuteOfDay minute, std::chrono::seconds offset) {
  return {day * ms_in_a_day + minute * ms_in_a_minute - offset.count() * 1000};
}

DayHours both(DayHours a, DayHours b) { return {std::max(a.start, b.start), std::min(a.end, b.end)}; }

/// Are those hours over or to come at `at`, or when do they end?
struct Within {
  bool open;
  Instant closes;  // where open
};

Within within(Timetable const& table, Instant at) {
  auto const span = table.zone->span_at(at);
  auto const day = day_of(on_the_wall(at, span.offset));
  auto const hours = table.hours->on(day);
  auto const closes = instant_of(day, hours.end, span.offset);
  bool const open = !hours.never() && at >= instant_of(day, hours.start, span.offset) && at < closes;
  return {open, std::min(closes, span.ends)};
}

}  // namespace

LocalTime local_time(Instant at, std::chrono::seconds utc_offset) {
  auto const wall = on_the_wall(at, utc_offset);
  auto const day = day_of(wall);
  return {day, static_cast<MinuteOfDay>((wall - day * ms_in_a_day) / ms_in_a_minute)};
}

Weekday weekday_of(LocalDay day) { return static_cast<Weekday>(((day + days_to_first_monday) % 7 + 7) % 7); }

DayHours WeeklyHours::on(LocalDay day) const {
  if (!window_.contains(weekday_of(day), window_.start())) return {};
  return {window_.start(), window_.end()};
}

DayHours hours_in(StateHours const& state, LocalDay day) {
  auto const& hours = state.on(weekday_of(day));
  return !state.holidays.never() && is_federal_holiday(day) ? both(hours, state.holidays) : hours;
}

bool is_holiday_in(StateHours const& state, LocalDay day) {
  return state.holidays.never() && is_federal_holiday(day);
}

DayHours SolicitationHours::on(LocalDay day) const {
  auto hours = policy_.on(day);
  for (auto const* state : states_) hours = both(hours, hours_in(*state, day));
  return hours;
}

DayHours HolidayFreeDays::on(LocalDay day) const {
  bool const holiday =
      std::ranges::binary_search(holidays_, day) ||
      std::ranges::any_of(states_, [day](auto const* state) { return is_holiday_in(*state, day); });
  return holiday ? DayHours{} : all_day;
}

bool is_open(Timetable const& table, Instant at) { return within(table, at).open; }

std::optional<Instant> next_opening(Timetable const& table, Instant from, Instant last) {
  for (auto at = from; at <= last;) {
    // Until the clocks change, local days follow each other at even distances.
    auto const span = table.zone->span_at(at);
    for (auto day = day_of(on_the_wall(at, span.offset));; ++day) {
      if (auto const midnight = instant_of(day, 0, span.offset); midnight >= span.ends || midnight > last)
        break;
      auto const hours = table.hours->on(day);
      if (hours.never()) continue;
      auto const opens = std::max(at, instant_of(day, hours.start, span.offset));
      if (opens >= instant_of(day, hours.end, span.offset)) continue;
      if (opens >= span.ends) break;
      return opens <= last ? std::optional(opens) : std::nullopt;
    }
    at = span.ends;
  }
  return std::nullopt;
}

Instant closing_after(Timetable const& table, Instant from, Instant last) {
  for (auto at = from; at < last;) {
    auto const now = within(table, at);
    if (!now.open) return at;
    at = now.closes;  // at 24:00 the next day may go on
  }
  return last;
}

std::optional<Instant> next_common_opening(std::span<Timetable const> tables, Instant from, Instant last) {
  // Each step goes to an opening of one of them, and there is no more than one a day and a change of clocks.
  for (auto at = from;;) {
    auto const start = at;
    for (auto const& table : tables) {
      auto const opens = next_opening(table, at, last);
      if (!opens) return std::nullopt;
      at = *opens;
    }
    if (at == start) return at;
  }
}

}  // namespace linebook
