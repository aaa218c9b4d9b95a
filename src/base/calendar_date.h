// Days of the calendar as texts and as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace linebook {

/// "2026-11-25" of the days since 1970-01-01; years 0000 to 9999.
std::string to_date_text(std::int32_t days);
/// Nothing where it is not such a date, or one that does not exist.
std::optional<std::int32_t> parse_date(std::string_view);
/// The day of an instant in UTC.
std::int32_t utc_day(Instant);

}  // namespace linebook
