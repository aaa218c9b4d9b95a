// A few time zones with the changes of the clocks that they have by today's law, from 2020 to 2040: for rules
// that must not depend on the system's database.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/reach/time_zones.h"

namespace linebook::fakes {

/// From `at` on, the clocks have that offset.
struct ClockChange {
  std::int64_t at;  // seconds since 1970
  std::chrono::seconds offset;
};

class MadeUpTimeZone final : public TimeZone {
 public:
  explicit MadeUpTimeZone(std::chrono::seconds first, std::vector<ClockChange> changes = {})
      : first_(first), changes_(std::move(changes)) {}

  ZoneSpan span_at(Instant at) const override {
    auto const after =
        std::ranges::upper_bound(changes_, at, {}, [](auto const& c) { return Instant::from_seconds(c.at); });
    ZoneSpan span{first_, {INT64_MIN}, {INT64_MAX}};
    if (after != changes_.begin()) {
      span.offset = std::prev(after)->offset;
      span.begins = Instant::from_seconds(std::prev(after)->at);
    }
    if (after != changes_.end()) span.ends = Instant::from_seconds(after->at);
    return span;
  }

 private:
  std::chrono::seconds first_;
  std::vector<ClockChange> changes_;
};

/// A Sunday of a month, at an hour on the clocks as they stand just before.
struct SundayRule {
  unsigned month;
  unsigned which;
  std::chrono::seconds offset_before;
  std::chrono::seconds offset_after;

  ClockChange in(int year) const {
    using namespace std::chrono;
    sys_days const day{std::chrono::year(year) / month / Sunday[which]};
    return {(day.time_since_epoch() + hours(2) - offset_before).count(), offset_after};
  }
};

inline MadeUpTimeZone zone_with(SundayRule first, SundayRule second) {
  std::vector<ClockChange> changes;
  for (int year = 2020; year <= 2040; ++year) {
    changes.push_back(first.in(year));
    changes.push_back(second.in(year));
  }
  return MadeUpTimeZone(first.offset_before, std::move(changes));
}

/// 15 U.S.C. 260a: from the second Sunday of March to the first of November, at 2 a.m.
inline MadeUpTimeZone with_american_summer(std::chrono::seconds standard) {
  auto const summer = standard + std::chrono::hours(1);
  return zone_with({3, 2, standard, summer}, {11, 1, summer, standard});
}

class MadeUpTimeZones final : public TimeZones {
 public:
  MadeUpTimeZones() {
    using namespace std::chrono;
    for (auto [name, offset] : {std::pair{"America/New_York", -5h},
                                {"America/Chicago", -6h},
                                {"America/Denver", -7h},
                                {"America/Shiprock", -7h},
                                {"America/Los_Angeles", -8h},
                                {"America/Halifax", -4h},
                                {"America/Anchorage", -9h}})
      zones_.emplace(name, with_american_summer(offset));
    zones_.emplace("America/St_Johns", with_american_summer(-3h - 30min));
    zones_.emplace("America/Phoenix", MadeUpTimeZone(-7h));
    zones_.emplace("Asia/Kolkata", MadeUpTimeZone(5h + 30min));
    zones_.emplace("UTC", MadeUpTimeZone(0s));
    // Its summer is half an hour: from the first Sunday of October to the first of April.
    zones_.emplace("Australia/Lord_Howe", zone_with({4, 1, 11h, 10h + 30min}, {10, 1, 10h + 30min, 11h}));
  }

  TimeZone const* find(std::string_view name) const override {
    auto const found = zones_.find(name);
    return found == zones_.end() ? nullptr : &found->second;
  }
  std::string_view version() const override { return "made up"; }

 private:
  std::map<std::string, MadeUpTimeZone, std::less<>> zones_;
};

/// A database that could not be read.
class NoTimeZones final : public TimeZones {
 public:
  TimeZone const* find(std::string_view) const override { return nullptr; }
  std::string_view version() const override { return ""; }
};

}  // namespace linebook::fakes
