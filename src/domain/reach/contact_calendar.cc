#include "domain/reach/contact_calendar.h"

#include <algorithm>

#include "domain/reach/reason_messages.h"

namespace linebook {
namespace {

/// People's windows as timetables, which point into it.
class WindowTables {
 public:
  explicit WindowTables(std::vector<ZonedWindow> const& windows) {
    hours_.reserve(windows.size());  // tables_ points at them
    for (auto const& [zone, window] : windows) tables_.push_back({zone, &hours_.emplace_back(*window)});
  }
  WindowTables(WindowTables const&) = delete;
  WindowTables& operator=(WindowTables const&) = delete;

  std::vector<Timetable> const& all() const { return tables_; }

 private:
  std::vector<WeeklyHours> hours_;
  std::vector<Timetable> tables_;
};

}  // namespace

ContactCalendar::ContactCalendar(ContactFacts const& facts, ContactPolicy const& policy,
                                 Whereabouts const& where)
    : facts_(facts),
      policy_(policy),
      where_(where),
      hours_(policy.hours_for(facts.purpose), where.states),
      days_(policy.holidays, where.states) {}

bool ContactCalendar::open_everywhere(DailyHours const& hours) const {
  return std::ranges::all_of(where_.zones,
                             [&](auto const& zone) { return is_open({zone.zone, &hours}, facts_.at); });
}

bool ContactCalendar::in_all_windows() const {
  return std::ranges::all_of(where_.windows, [&](auto const& zoned) {
    WeeklyHours const hours(*zoned.window);
    return is_open({zoned.zone, &hours}, facts_.at);
  });
}

std::vector<Timetable> ContactCalendar::everywhere(DailyHours const& hours) const {
  std::vector<Timetable> tables;
  tables.reserve(where_.zones.size());
  for (auto const& zone : where_.zones) tables.push_back({zone.zone, &hours});
  return tables;
}

void ContactCalendar::tell(std::vector<Reason>& reasons) const {
  if (!open_everywhere(hours_))
    reasons.push_back({ReasonCode::outside_hours,
                       outside_hours_message(facts_, policy_.hours_for(facts_.purpose), where_),
                       next_common_opening(everywhere(hours_), facts_.at, horizon())});
  if (!open_everywhere(days_))
    reasons.push_back({ReasonCode::holiday, holiday_message(facts_, policy_.holidays, where_),
                       next_common_opening(everywhere(days_), facts_.at, horizon())});
  if (!in_all_windows())
    reasons.push_back({ReasonCode::outside_contact_window, outside_window_message(facts_, where_),
                       next_common_opening(WindowTables(where_.windows).all(), facts_.at, horizon())});
}

std::optional<Instant> ContactCalendar::next_opening(Instant from, Instant last) const {
  WindowTables const windows(where_.windows);
  auto tables = windows.all();
  for (auto const* hours : {static_cast<DailyHours const*>(&hours_), static_cast<DailyHours const*>(&days_)})
    std::ranges::copy(everywhere(*hours), std::back_inserter(tables));
  return next_common_opening(tables, from, last);
}

Instant ContactCalendar::closing(Instant last) const {
  for (auto const& zone : where_.zones)
    for (auto const* hours :
         {static_cast<DailyHours const*>(&hours_), static_cast<DailyHours const*>(&days_)})
      last = closing_after({zone.zone, hours}, facts_.at, last);
  for (auto const& [zone, window] : where_.windows) {
    WeeklyHours const hours(*window);
    last = closing_after({zone, &hours}, facts_.at, last);
  }
  return last;
}

}  // namespace linebook
