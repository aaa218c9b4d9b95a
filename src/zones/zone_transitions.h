// One time zone of a tz database on disk, read once: its changes of the clocks as a list in memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/reach/time_zones.h"

namespace linebook {

/// What lies outside is told as its edge is.
inline constexpr int first_known_year = 1990;
inline constexpr int last_known_year = 2060;

class ZoneTransitions final : public TimeZone {
 public:
  struct Change {
    Instant at;
    std::chrono::seconds offset;  // from then on
  };

  /// `changes` ascending, no two alike one after the other.
  ZoneTransitions(std::chrono::seconds first, std::vector<Change> changes)
      : first_(first), changes_(std::move(changes)) {}

  /// A handful of comparisons; waits for nothing.
  ZoneSpan span_at(Instant) const override;

 private:
  std::chrono::seconds first_;
  std::vector<Change> changes_;
};

/// From /usr/share/zoneinfo or its like. Nothing where the directory does not have it, or has it in a way
/// that cannot be read to the end: it is then not known what the clocks say.
std::optional<ZoneTransitions> read_zone(std::filesystem::path const& directory, std::string const& name);

/// "2025b"; empty where there is no database.
std::string read_zones_version(std::filesystem::path const& directory);

}  // namespace linebook
