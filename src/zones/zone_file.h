// A file of the tz database as the system has it compiled: TZif, RFC 8536.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zones/posix/zone_rule.h"

namespace linebook {

struct ZoneFile {
  std::int32_t first_offset;         // before the first change
  std::vector<ClockChange> changes;  // ascending
  std::string
      rule;  // for all times behind the last change, as POSIX writes it in TZ: "EST5EDT,M3.2.0,M11.1.0"
};

/// Nothing for bytes that are no such file, of its first version, without a rule, or that count leap seconds.
std::optional<ZoneFile> read_zone_file(std::string_view bytes);

}  // namespace linebook
