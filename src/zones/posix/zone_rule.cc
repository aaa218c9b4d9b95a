#include "zones/posix/zone_rule.h"

#include <date/ptz.h>

#include <exception>

namespace linebook {

std::optional<std::vector<ClockChange>> changes_by_rule(std::string const& rule, std::int64_t from,
                                                        std::int64_t until) try {
  Posix::time_zone const zone(rule);
  std::vector<ClockChange> changes;
  for (auto at = from; at < until;) {
    auto const info = zone.get_info(date::sys_seconds{std::chrono::seconds(at)});
    changes.push_back({at, static_cast<std::int32_t>(info.offset.count())});
    auto const end = info.end.time_since_epoch().count();
    if (end <= at) break;
    at = end;
  }
  return changes;
} catch (std::exception const&) {
  return std::nullopt;
}

}  // namespace linebook
