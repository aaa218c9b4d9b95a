#include "carriers/twilio/twilio_dates.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace linebook::twilio {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Takes a number of that many digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) return std::nullopt;
  auto const [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

std::optional<unsigned> take_month(std::string_view& text) {
  auto const found = std::ranges::find(months, text.substr(0, 3));
  if (found == months.end()) return std::nullopt;
  text.remove_prefix(3);
  return static_cast<unsigned>(found - months.begin()) + 1;
}

}  // namespace

std::optional<Instant> parse_rfc2822(std::string_view text) {
  text.remove_prefix(std::min(text.size(), std::size_t{3}));  // the day of the week says nothing new
  if (!take(text, ", ")) return std::nullopt;
  auto const day = take_digits(text, 2);
  if (!day || !take(text, " ")) return std::nullopt;
  auto const month = take_month(text);
  if (!month || !take(text, " ")) return std::nullopt;
  auto const year = take_digits(text, 4);
  if (!year || !take(text, " ")) return std::nullopt;
  auto const hours = take_digits(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  auto const minutes = take_digits(text, 2);
  if (!minutes || !take(text, ":")) return std::nullopt;
  auto const seconds = take_digits(text, 2);
  if (!seconds || text != " +0000" || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  std::chrono::year_month_day const date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  auto const days = std::chrono::sys_days(date).time_since_epoch();
  return Instant::from_seconds(std::chrono::seconds(days).count() + *hours * 3600 + *minutes * 60 + *seconds);
}

std::string begin_of_day(Instant instant) {
  constexpr std::int64_t day = 86'400;
  auto const seconds = instant.seconds();
  return to_rfc3339(Instant::from_seconds(seconds - ((seconds % day) + day) % day));
}

}  // namespace linebook::twilio
