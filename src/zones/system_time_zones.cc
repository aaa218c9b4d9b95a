#include "zones/system_time_zones.h"

#include <algorithm>

#include "domain/text/timezone.h"

namespace linebook {

ZoneDatabase read_zone_database(std::filesystem::path const& directory) {
  ZoneDatabase database{.version = read_zones_version(directory), .zones = {}, .unreadable = 0};
  if (database.version.empty()) return database;
  database.zones.reserve(all_timezones().size());
  for (auto name : all_timezones()) {
    if (auto zone = read_zone(directory, std::string(name)))
      database.zones.push_back({name, std::move(*zone)});
    else
      ++database.unreadable;
  }
  return database;
}

ZoneDatabase read_system_zones() { return read_zone_database("/usr/share/zoneinfo"); }

SystemTimeZones::SystemTimeZones(Read read) : read_(std::move(read)) {
  kept_.push_back(std::make_unique<ZoneDatabase const>(read_()));
  current_ = kept_.back().get();
}

Result<bool> SystemTimeZones::reload() {
  std::lock_guard const one_at_a_time(reloading_);
  auto fresh = read_();
  if (fresh.version.empty() || fresh.zones.empty())
    return fail(ErrorCode::unavailable,
                "the system's time zone database cannot be read: install the package tzdata");
  if (fresh.version == current().version) return false;
  auto const before = std::ranges::find(kept_, fresh.version, &ZoneDatabase::version);
  if (before != kept_.end()) {
    current_.store(before->get(), std::memory_order_release);
    return true;
  }
  if (kept_.size() >= max_kept_versions)
    return fail(ErrorCode::unavailable,
                "too many versions of the time zone database: restart to take this one");
  kept_.push_back(std::make_unique<ZoneDatabase const>(std::move(fresh)));
  current_.store(kept_.back().get(), std::memory_order_release);
  return true;
}

TimeZone const* SystemTimeZones::find(std::string_view name) const {
  auto const& zones = current().zones;
  auto const found = std::ranges::lower_bound(zones, name, {}, &ZoneDatabase::Zone::name);
  return found != zones.end() && found->name == name ? &found->transitions : nullptr;
}

}  // namespace linebook
