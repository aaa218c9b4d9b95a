// A time zone as POSIX writes it in TZ: "EST5EDT,M3.2.0,M11.1.0". (RFC 8536, section 3.3.1) Standard library
// only, and C++17: see CMakeLists.txt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace linebook {

struct ClockChange {
  std::int64_t at;      // seconds since 1970
  std::int32_t offset;  // seconds east of Greenwich, from then on
};

/// What it says at `from`, and each change until `until`; nothing for text that is no such rule.
std::optional<std::vector<ClockChange>> changes_by_rule(std::string const& rule, std::int64_t from,
                                                        std::int64_t until);

}  // namespace linebook
