#include "base/instant.h"

#include <array>

namespace linebook {
namespace {

using namespace std::chrono;

/// Reads exactly `digits` ASCII digits at the front of `text` and takes them off.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<sys_days> take_date(std::string_view& text) {
  auto y = take_digits(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  auto m = take_digits(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  auto d = take_digits(text, 2);
  if (!d) return std::nullopt;
  year_month_day date{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

void put_digits(char* out, int value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

void append_rfc3339(std::string& out, Instant instant) {
  sys_seconds at{seconds(instant.seconds())};
  auto midnight = floor<days>(at);
  year_month_day date{midnight};
  auto second_of_day = static_cast<int>((at - midnight).count());
  std::array<char, 20> text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0',
                            'T', '0', '0', ':', '0', '0', ':', '0', '0', 'Z'};
  put_digits(&text[0], static_cast<int>(date.year()), 4);
  put_digits(&text[5], static_cast<int>(static_cast<unsigned>(date.month())), 2);
  put_digits(&text[8], static_cast<int>(static_cast<unsigned>(date.day())), 2);
  put_digits(&text[11], second_of_day / 3600, 2);
  put_digits(&text[14], second_of_day / 60 % 60, 2);
  put_digits(&text[17], second_of_day % 60, 2);
  out.append(text.data(), text.size());
}

std::string to_rfc3339(Instant instant) {
  std::string out;
  append_rfc3339(out, instant);
  return out;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  auto date = take_date(text);
  if (!date || !(take(text, 'T') || take(text, 't'))) return std::nullopt;
  auto h = take_digits(text, 2);
  if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
  auto m = take_digits(text, 2);
  if (!m || *m > 59 || !take(text, ':')) return std::nullopt;
  auto s = take_digits(text, 2);
  if (!s || *s > 60) return std::nullopt;
  int fraction_ms = 0;
  if (take(text, '.')) {
    int scale = 100;
    std::size_t digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9' && digits < 9; ++digits, scale /= 10) {
      fraction_ms += (text.front() - '0') * scale;
      text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
  }
  int offset_minutes = 0;
  if (!take(text, 'Z') && !take(text, 'z')) {
    int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
    if (sign == 0) return std::nullopt;
    auto oh = take_digits(text, 2);
    if (!oh || *oh > 23 || !take(text, ':')) return std::nullopt;
    auto om = take_digits(text, 2);
    if (!om || *om > 59) return std::nullopt;
    offset_minutes = sign * (*oh * 60 + *om);
  }
  if (!text.empty()) return std::nullopt;
  std::int64_t total = date->time_since_epoch() / seconds(1) + *h * 3600 + *m * 60 + *s - offset_minutes * 60;
  // An offset, or a leap second, may lead out of the years that can be written.
  constexpr std::int64_t first = sys_days(year(0) / 1 / 1).time_since_epoch() / seconds(1);
  constexpr std::int64_t end = sys_days(year(10000) / 1 / 1).time_since_epoch() / seconds(1);
  if (total < first || total >= end) return std::nullopt;
  return Instant{total * 1000 + fraction_ms};
}

bool is_calendar_date(std::string_view text) { return take_date(text).has_value() && text.empty(); }

}  // namespace linebook
