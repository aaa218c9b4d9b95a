#include "domain/contacts/contact_window.h"

#include <array>

#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::array<std::string_view, days_in_a_week> day_names{"mon", "tue", "wed", "thu",
                                                                 "fri", "sat", "sun"};
constexpr MinuteOfDay end_of_day = 24 * 60;
constexpr std::size_t clock_text_size = 5;                                       // "09:00"
constexpr std::size_t window_text_size = clock_text_size + 1 + clock_text_size;  // "09:00-18:00"

}  // namespace

std::string_view to_string(Weekday day) { return day_names[static_cast<std::size_t>(day)]; }

std::optional<Weekday> parse_weekday(std::string_view text) {
  for (std::size_t i = 0; i < day_names.size(); ++i)
    if (day_names[i] == text) return static_cast<Weekday>(i);
  return std::nullopt;
}

std::string to_clock_text(MinuteOfDay minute) {
  auto digit = [](int value) { return static_cast<char>('0' + value % 10); };
  int hour = minute / 60, rest = minute % 60;
  return {digit(hour / 10), digit(hour), ':', digit(rest / 10), digit(rest)};
}

std::optional<MinuteOfDay> parse_minute_of_day(std::string_view text) {
  if (text.size() != clock_text_size || text[2] != ':') return std::nullopt;
  for (std::size_t i : {0u, 1u, 3u, 4u})
    if (!is_ascii_digit(text[i])) return std::nullopt;
  int hour = (text[0] - '0') * 10 + (text[1] - '0');
  int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (minute > 59 || hour * 60 + minute > end_of_day) return std::nullopt;
  return static_cast<MinuteOfDay>(hour * 60 + minute);
}

Result<ContactWindow> ContactWindow::make(std::span<std::string_view const> days, std::string_view start,
                                          std::string_view end) {
  std::vector<FieldError> problems;
  ContactWindow window;
  if (days.empty() || days.size() > days_in_a_week)
    problems.push_back({"days", "must name one to seven days"});
  for (auto name : days) {
    auto day = parse_weekday(name);
    if (!day || window.days_[static_cast<std::size_t>(*day)]) {
      problems.push_back(
          {"days", day ? "must name each day once" : "must be among mon, tue, wed, thu, fri, sat, sun"});
      break;
    }
    window.days_.set(static_cast<std::size_t>(*day));
  }
  auto from = parse_minute_of_day(start), until = parse_minute_of_day(end);
  if (!from) problems.push_back({"start", "must be a time of day such as 09:00"});
  if (!until) problems.push_back({"end", "must be a time of day such as 18:00"});
  if (from && until && *from >= *until) problems.push_back({"end", "must be later than start"});
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  window.start_ = *from;
  window.end_ = *until;
  return window;
}

std::optional<ContactWindow> ContactWindow::parse(std::string_view stored) {
  auto space = stored.find(' ');
  if (space == stored.npos || stored.size() - space - 1 != window_text_size) return std::nullopt;
  auto times = stored.substr(space + 1);
  if (times[clock_text_size] != '-') return std::nullopt;
  std::vector<std::string_view> days;
  for (auto rest = stored.substr(0, space); days.size() <= days_in_a_week;) {
    auto comma = rest.find(',');
    days.push_back(rest.substr(0, comma));
    if (comma == rest.npos) break;
    rest.remove_prefix(comma + 1);
  }
  auto window = make(days, times.substr(0, clock_text_size), times.substr(clock_text_size + 1));
  // Days out of order are not what str() writes; one window has one text.
  if (!window || window->str() != stored) return std::nullopt;
  return *window;
}

std::string ContactWindow::str() const {
  std::string text;
  for (auto day : days()) {
    if (!text.empty()) text += ',';
    text += to_string(day);
  }
  return text + ' ' + to_clock_text(start_) + '-' + to_clock_text(end_);
}

std::vector<Weekday> ContactWindow::days() const {
  std::vector<Weekday> days;
  for (std::size_t i = 0; i < days_.size(); ++i)
    if (days_[i]) days.push_back(static_cast<Weekday>(i));
  return days;
}

}  // namespace linebook
