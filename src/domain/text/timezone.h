// The names of the IANA time zone database, compiled in (script/generate-area-codes makes the list).
#pragma once

#include <string_view>

namespace linebook {

/// "America/New_York", "UTC", and the old names that are still links, such as "US/Eastern". Case counts.
bool is_timezone(std::string_view);

}  // namespace linebook
