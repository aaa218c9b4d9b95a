#include "cli/import/window_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::size_t max_window_text = 100;  // bytes

constexpr std::array<std::string_view, days_in_a_week> full_days{
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/// Lower case, with "-" for longer dashes and for "to".
std::string plain_window(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    bool const dash = text.starts_with("\u2013") || text.starts_with("\u2014");
    plain += dash ? '-' : ascii_lower(text.front());
    text.remove_prefix(dash ? std::string_view("\u2013").size() : 1);
  }
  for (std::string_view const word : {" to ", " - ", "- ", " -"})
    for (auto at = plain.find(word); at != plain.npos; at = plain.find(word))
      plain.replace(at, word.size(), "-");
  return plain;
}

/// "mon", "tues", "wednesday": three letters or more of its name.
std::optional<std::size_t> day_of(std::string_view text) {
  constexpr std::size_t least = 3;
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.size() < least) return std::nullopt;
  for (std::size_t day = 0; day < full_days.size(); ++day)
    if (full_days[day].starts_with(text)) return day;
  return std::nullopt;
}

class Days {
 public:
  /// False where it is no word for days.
  bool add(std::string_view word) {
    if (word == "weekdays") return add(0, 4);
    if (word == "weekends") return add(5, 6);
    if (word == "daily" || word == "every" || word == "day") return add(0, 6);
    auto const dash = word.find('-');
    auto const first = day_of(word.substr(0, dash));
    auto const last = dash == word.npos ? first : day_of(word.substr(dash + 1));
    return first && last && *first <= *last && add(*first, *last);
  }
  bool empty() const {
    return std::ranges::none_of(in_, [](bool day) { return day; });
  }
  std::vector<std::string_view> names() const {
    std::vector<std::string_view> names;
    for (std::size_t day = 0; day < days_in_a_week; ++day)
      if (in_[day]) names.push_back(to_string(static_cast<Weekday>(day)));
    return names;
  }

 private:
  bool add(std::size_t first, std::size_t last) {
    std::fill(in_.begin() + static_cast<std::ptrdiff_t>(first),
              in_.begin() + static_cast<std::ptrdiff_t>(last) + 1, true);
    return true;
  }
  std::array<bool, days_in_a_week> in_{};
};

enum class Half { none, am, pm };

struct Time {
  std::string text;  // "09:00"
  Half half = Half::none;
};

/// "9", "9:30", "09:00", "5pm", "5 p.m."
std::optional<Time> time_of(std::string_view text) {
  std::string digits;
  std::string letters;
  for (char c : text) {
    if (is_ascii_digit(c) || c == ':')
      digits += c;
    else if (is_ascii_letter(c))
      letters += c;
    else if (c != ' ' && c != '.')
      return std::nullopt;
    if (!letters.empty() && is_ascii_digit(c)) return std::nullopt;
  }
  Half const half = letters == "am" ? Half::am : letters == "pm" ? Half::pm : Half::none;
  if (!letters.empty() && half == Half::none) return std::nullopt;
  if (!digits.contains(':')) digits += ":00";
  if (digits.find(':') == 1) digits.insert(0, "0");
  auto minute = parse_minute_of_day(digits);
  if (!minute) return std::nullopt;
  if (half != Half::none) {
    constexpr MinuteOfDay noon = 12 * 60;
    constexpr MinuteOfDay hour = 60;
    if (*minute < hour || *minute >= noon + hour) return std::nullopt;
    *minute = static_cast<MinuteOfDay>(*minute % noon + (half == Half::pm ? noon : 0));
  }
  return Time{to_clock_text(*minute), half};
}

}  // namespace

std::optional<ContactWindow> read_window_text(std::string_view text) {
  if (text.size() > max_window_text) return std::nullopt;
  if (auto const stored = ContactWindow::parse(text)) return stored;
  auto const plain = plain_window(text);
  auto const times_at = plain.find_first_of("0123456789");
  if (times_at == plain.npos) return std::nullopt;

  Days days;
  auto const words = std::string_view(plain).substr(0, times_at);
  for (std::size_t begin = 0; begin < words.size();) {
    auto const end = std::min(words.find_first_of(" ,;:&", begin), words.size());
    auto const word = words.substr(begin, end - begin);
    if (!word.empty() && word != "and" && !days.add(word)) return std::nullopt;
    begin = end + 1;
  }
  if (days.empty()) days.add("daily");

  auto const times = std::string_view(plain).substr(times_at);
  auto const dash = times.find('-');
  if (dash == times.npos) return std::nullopt;
  auto const start = time_of(times.substr(0, dash));
  auto const end = time_of(times.substr(dash + 1));
  if (!start || !end || (start->half == Half::none) != (end->half == Half::none)) return std::nullopt;
  auto const window = ContactWindow::make(days.names(), start->text, end->text);
  return window ? std::optional(*window) : std::nullopt;
}

}  // namespace linebook
