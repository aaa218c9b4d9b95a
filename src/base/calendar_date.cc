#include "base/calendar_date.h"

#include <charconv>
#include <chrono>

namespace linebook {
namespace {

constexpr std::int64_t seconds_a_day = 86'400;

}  // namespace

std::string to_date_text(std::int32_t days) {
  return to_rfc3339(Instant::from_seconds(days * seconds_a_day))
      .substr(0, std::string_view("2026-11-25").size());
}

std::optional<std::int32_t> parse_date(std::string_view text) {
  if (!is_calendar_date(text)) return std::nullopt;
  auto const number = [text](std::size_t begin, std::size_t size) {
    int value = 0;
    std::from_chars(text.data() + begin, text.data() + begin + size, value);
    return value;
  };
  namespace c = std::chrono;
  auto const day = c::year(number(0, 4)) / c::month(static_cast<unsigned>(number(5, 2))) /
                   c::day(static_cast<unsigned>(number(8, 2)));
  return static_cast<std::int32_t>(c::sys_days(day).time_since_epoch().count());
}

std::int32_t utc_day(Instant at) {
  auto const seconds = at.seconds();
  auto const day = seconds / seconds_a_day;
  return static_cast<std::int32_t>(seconds % seconds_a_day < 0 ? day - 1 : day);
}

}  // namespace linebook
