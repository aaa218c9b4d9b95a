#include "domain/reach/calling_hours.h"

#include <algorithm>
#include <chrono>

#include "base/instant.h"
#include "domain/contacts/state.h"

namespace linebook {
namespace {

/// A date of every year, or a weekday of a month.
struct HolidayRule {
  unsigned month;
  unsigned day;    // 0: `which`
  unsigned which;  // 1: the first; 5: the last
  Weekday weekday;
};

#include "domain/reach/calling_hours_data.inc"

constexpr unsigned last_of_month = 5;

constexpr std::size_t max_table_problems = 100;
constexpr std::string_view table_header = "state,mon_fri,sat,sun,holidays";
constexpr std::size_t table_columns = 5;

std::chrono::weekday to_chrono(Weekday day) {
  return std::chrono::weekday{(static_cast<unsigned>(day) + 1) % 7};  // there, Sunday is the first
}

bool falls_on(HolidayRule const& rule, std::chrono::sys_days day) {
  std::chrono::year_month_day const date{day};
  if (static_cast<unsigned>(date.month()) != rule.month) return false;
  if (rule.day != 0) return static_cast<unsigned>(date.day()) == rule.day;
  std::chrono::weekday const weekday = to_chrono(rule.weekday);
  if (rule.which == last_of_month)
    return day == std::chrono::sys_days{date.year() / date.month() / weekday[std::chrono::last]};
  return day == std::chrono::sys_days{date.year() / date.month() / weekday[rule.which]};
}

bool is_holiday_itself(std::chrono::sys_days day) {
  return std::ranges::any_of(federal_holidays, [day](auto const& rule) { return falls_on(rule, day); });
}

std::optional<DayHours> parse_day_hours(std::string_view text) {
  if (text == "none") return DayHours{};
  auto const dash = text.find('-');
  if (dash == text.npos) return std::nullopt;
  auto const start = parse_minute_of_day(text.substr(0, dash));
  auto const end = parse_minute_of_day(text.substr(dash + 1));
  if (!start || !end || *start >= *end) return std::nullopt;
  return DayHours{*start, *end};
}

/// A row's cells; nothing where they are not as many as the columns.
std::optional<std::array<std::string_view, table_columns>> split_row(std::string_view line) {
  std::array<std::string_view, table_columns> cells;
  for (std::size_t i = 0; i < table_columns; ++i) {
    auto const comma = line.find(',');
    if ((comma == line.npos) != (i + 1 == table_columns)) return std::nullopt;
    cells[i] = line.substr(0, comma);
    if (comma != line.npos) line.remove_prefix(comma + 1);
  }
  return cells;
}

/// The row's hours, or what is wrong with it.
std::expected<StateHours, std::string> parse_row(std::string_view line) {
  auto const cells = split_row(line);
  if (!cells) return std::unexpected("must have five cells: " + std::string(table_header));
  auto const [state, mon_fri, sat, sun, holidays] = *cells;
  if (state.size() != 2 || read_state(state) != state)
    return std::unexpected("must begin with a state of two capitals, such as TX");
  StateHours row{.state = {state[0], state[1]}, .mon_fri = {}, .sat = {}, .sun = {}, .holidays = {}};
  for (auto [text, hours] : {std::pair{mon_fri, &row.mon_fri}, std::pair{sat, &row.sat},
                             std::pair{sun, &row.sun}, std::pair{holidays, &row.holidays}}) {
    auto const parsed = parse_day_hours(text);
    if (!parsed) return std::unexpected("must have hours such as 08:00-20:00, or none, behind the state");
    *hours = *parsed;
  }
  return row;
}

/// Or part of a character beyond ASCII.
bool is_printable_byte(char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; }

constexpr std::string_view source_mark = "# Source: ";
constexpr std::string_view as_of_mark = "# As of: ";

std::string hours_cell(DayHours const& hours) {
  return hours.never() ? "none" : to_clock_text(hours.start) + "-" + to_clock_text(hours.end);
}

/// The next line without its end, taken off the text.
std::string_view take_line(std::string_view& text) {
  auto const end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

CallingHours const& CallingHours::built_in() {
  static CallingHours const hours = [] {
    CallingHours made;
    made.states_.assign(state_hours.begin(), state_hours.end());
    made.source_ = hours_source;
    made.as_of_ = hours_as_of;
    return made;
  }();
  return hours;
}

Result<CallingHours> CallingHours::parse(std::string_view csv, std::string source, std::string as_of) {
  std::vector<FieldError> problems;
  auto const complain = [&](std::size_t line, std::string message) {
    if (problems.size() < max_table_problems)
      problems.push_back({"line " + std::to_string(line), std::move(message)});
  };
  if (source.empty() || source.size() > max_calling_hours_source ||
      !std::ranges::all_of(source, is_printable_byte))
    problems.push_back({"source", "must say in one line where the hours are from"});
  if (!is_calendar_date(as_of)) problems.push_back({"as_of", "must be a date such as 2025-12-31"});
  if (csv.size() > max_calling_hours_bytes) problems.push_back({"file", "must be no longer than 64 KiB"});
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (csv.starts_with(byte_order_mark)) csv.remove_prefix(byte_order_mark.size());
  CallingHours hours;
  bool header_seen = false;
  for (std::size_t number = 1; !csv.empty(); ++number) {
    auto const line = take_line(csv);
    if (line.empty() || line.starts_with('#')) continue;
    if (!header_seen) {
      header_seen = true;
      if (line != table_header) complain(number, "must be the header " + std::string(table_header));
      continue;
    }
    auto row = parse_row(line);
    if (!row)
      complain(number, std::move(row.error()));
    else if (std::ranges::find(hours.states_, row->state, &StateHours::state) != hours.states_.end())
      complain(number, "must not name " + std::string(row->code()) + " again");
    else
      hours.states_.push_back(*row);
  }
  // Without this an empty file would lift every state's rule.
  if (problems.empty() && hours.states_.empty()) problems.push_back({"file", "must name at least one state"});
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  std::ranges::sort(hours.states_, {}, &StateHours::state);
  hours.source_ = std::move(source);
  hours.as_of_ = std::move(as_of);
  return hours;
}

CallingHours::Head CallingHours::head_of(std::string_view csv) {
  Head head;
  while (!csv.empty()) {
    auto const line = take_line(csv);
    if (line.starts_with(source_mark)) head.source = line.substr(source_mark.size());
    if (line.starts_with(as_of_mark)) head.as_of = line.substr(as_of_mark.size());
  }
  return head;
}

std::string CallingHours::csv() const {
  auto text = std::string(source_mark) + source_ + "\n" + std::string(as_of_mark) + as_of_ + "\n" +
              std::string(table_header) + "\n";
  for (auto const& state : states_) {
    text += state.code();
    for (auto const* hours : {&state.mon_fri, &state.sat, &state.sun, &state.holidays})
      text += "," + hours_cell(*hours);
    text += "\n";
  }
  return text;
}

StateHours const* CallingHours::of(std::string_view state) const {
  auto const found = std::ranges::lower_bound(states_, state, {}, &StateHours::code);
  return found != states_.end() && found->code() == state ? &*found : nullptr;
}

bool is_federal_holiday(LocalDay local) {
  std::chrono::sys_days const day{std::chrono::days{local}};
  if (is_holiday_itself(day)) return true;
  std::chrono::weekday const weekday{day};
  if (weekday == std::chrono::Friday) return is_holiday_itself(day + std::chrono::days{1});
  return weekday == std::chrono::Monday && is_holiday_itself(day - std::chrono::days{1});
}

}  // namespace linebook
