#include "domain/text/iso_duration.h"

#include <charconv>
#include <cstdint>
#include <utility>

namespace linebook {
namespace {

struct DurationUnit {
  char letter;
  std::int64_t seconds;
};
constexpr DurationUnit date_units[] = {{'D', 86'400}};
constexpr DurationUnit time_units[] = {{'H', 3'600}, {'M', 60}, {'S', 1}};
constexpr std::int64_t seconds_in_a_week = 7 * 86'400;

/// "12" off the front; nothing where there is no number, or too long a one.
std::optional<std::int64_t> take_number(std::string_view& text) {
  auto const digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos || digits > max_duration_digits) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + digits, number);
  text.remove_prefix(digits);
  return number;
}

/// All of `text`: numbers with these units, in their order and each at most once. Nothing for an empty one.
template <std::size_t N>
std::optional<std::int64_t> read_units(std::string_view text, DurationUnit const (&units)[N]) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  for (std::size_t next = 0; !text.empty();) {
    auto const number = take_number(text);
    if (!number) return std::nullopt;
    while (next < N && units[next].letter != text.front()) ++next;
    if (next == N) return std::nullopt;
    total += *number * units[next++].seconds;
    text.remove_prefix(1);
  }
  return total;
}

}  // namespace

std::optional<std::chrono::seconds> parse_iso_duration(std::string_view text) {
  if (!text.starts_with('P')) return std::nullopt;
  text.remove_prefix(1);
  if (text.ends_with('W')) {
    auto const weeks = take_number(text);
    if (!weeks || text != "W") return std::nullopt;
    return std::chrono::seconds(*weeks * seconds_in_a_week);
  }
  auto const time = text.find('T');
  std::int64_t total = 0;
  if (time != 0) {
    auto const days = read_units(text.substr(0, time), date_units);
    if (!days) return std::nullopt;
    total += *days;
  }
  if (time != std::string_view::npos) {
    auto const rest = read_units(text.substr(time + 1), time_units);
    if (!rest) return std::nullopt;
    total += *rest;
  }
  return std::chrono::seconds(total);
}

std::string to_iso_duration(std::chrono::seconds duration) {
  auto left = duration.count();
  std::string text = "P";
  auto const write = [&](DurationUnit const& unit) {
    if (auto const n = std::exchange(left, left % unit.seconds) / unit.seconds; n > 0)
      text += std::to_string(n) + unit.letter;
  };
  for (auto const& unit : date_units) write(unit);
  if (left > 0) text += 'T';
  for (auto const& unit : time_units) write(unit);
  return text == "P" ? "PT0S" : text;
}

}  // namespace linebook
