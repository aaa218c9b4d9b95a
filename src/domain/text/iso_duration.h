// Lengths of time as ISO 8601 writes them: "PT4H", "PT15M", "P1D". Years and months are none: they are not
// always as long.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace linebook {

/// No number in one has more digits.
inline constexpr std::size_t max_duration_digits = 9;

/// Weeks alone, or days, hours, minutes and seconds in that order, whole and not negative; nothing for
/// anything else.
std::optional<std::chrono::seconds> parse_iso_duration(std::string_view);
/// "P1DT6H"; of a length that is not negative.
std::string to_iso_duration(std::chrono::seconds);

}  // namespace linebook
