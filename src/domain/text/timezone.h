// The names of the IANA time zone database, compiled in (script/generate-area-codes makes the list).
#pragma once

#include <span>
#include <string_view>

namespace linebook {

/// "America/New_York", "UTC", and the old names that are still links, such as "US/Eastern". Case counts.
bool is_timezone(std::string_view);

/// In byte order.
std::span<std::string_view const> all_timezones();

}  // namespace linebook
