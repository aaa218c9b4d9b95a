#include "domain/text/short_duration.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "domain/text/iso_duration.h"

namespace linebook {
namespace {

/// Nothing, by 0, for what is no unit.
std::int64_t seconds_of_unit(std::string_view unit) {
  if (unit == "s") return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3'600;
  if (unit == "d") return 86'400;
  return unit == "w" ? 7 * 86'400 : 0;
}

}  // namespace

std::optional<std::chrono::seconds> parse_short_duration(std::string_view text) {
  std::chrono::seconds duration{0};
  if (text.starts_with('P')) {
    duration = parse_iso_duration(text).value_or(duration);
  } else {
    auto const digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > max_duration_digits) return std::nullopt;
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + digits, number);
    duration = std::chrono::seconds(number * seconds_of_unit(text.substr(digits)));
  }
  return duration.count() > 0 ? std::optional(duration) : std::nullopt;
}

}  // namespace linebook
