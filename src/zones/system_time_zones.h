// All zones of the system's tz database that the rules may be asked for: read once, and again when the
// operator says so, beside readers that wait for nothing.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/reach/time_zones.h"
#include "zones/zone_transitions.h"

namespace linebook {

/// One version of the database costs some 2 MB and is kept for ever, as answers may still point into it. IANA
/// publishes a handful a year.
inline constexpr std::size_t max_kept_versions = 32;

struct ZoneDatabase {
  struct Zone {
    std::string_view name;
    ZoneTransitions transitions;
  };
  std::string version;         // empty: there is none, and no zone is known
  std::vector<Zone> zones;     // by name
  std::size_t unreadable = 0;  // names that the system's database does not have, or not in a readable way
};

/// All names of domain/text/timezone.h, as far as the directory has them; some 30 ms.
ZoneDatabase read_zone_database(std::filesystem::path const& directory);
/// Of /usr/share/zoneinfo.
ZoneDatabase read_system_zones();

class SystemTimeZones final : public TimeZones {
 public:
  using Read = std::function<ZoneDatabase()>;
  explicit SystemTimeZones(Read = read_system_zones);

  /// Takes over another version. False: it is the same one. Errors: none can be read, or too many were read
  /// by this process; what was there stays. Any thread.
  Result<bool> reload();

  /// What was found stays valid as long as this object, over all reloads.
  TimeZone const* find(std::string_view name) const override;
  std::string_view version() const override { return current().version; }
  std::size_t count() const { return current().zones.size(); }
  std::size_t unreadable() const { return current().unreadable; }

 private:
  ZoneDatabase const& current() const { return *current_.load(std::memory_order_acquire); }

  Read read_;
  std::mutex reloading_;
  std::vector<std::unique_ptr<ZoneDatabase const>> kept_;
  std::atomic<ZoneDatabase const*> current_;
};

}  // namespace linebook
