#include "domain/reach/reason_messages.h"

#include <algorithm>
#include <array>
#include <vector>

#include "domain/reach/contact_hours.h"

namespace linebook {
namespace {

/// Of clocks, states or windows; more are only counted.
constexpr std::size_t max_named = 4;

constexpr std::array<std::string_view, days_in_a_week> weekday_words{
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

std::string_view word_for(Weekday day) { return weekday_words[static_cast<std::size_t>(day)]; }

std::string calendar_date_of(LocalDay day) {
  constexpr std::int64_t seconds_in_a_day = 86'400;
  return to_rfc3339(Instant::from_seconds(day * seconds_in_a_day)).substr(0, 10);
}

/// "a", "a and b", "a, b and c", each once.
std::string listed(std::vector<std::string> const& texts) {
  std::vector<std::string> once;
  for (auto const& text : texts)
    if (std::ranges::find(once, text) == once.end()) once.push_back(text);
  std::string joined;
  auto const shown = std::min(once.size(), max_named);
  for (std::size_t i = 0; i < shown; ++i)
    joined += (i == 0 ? "" : i + 1 == once.size() ? " and " : ", ") + once[i];
  if (once.size() > shown) joined += " and " + std::to_string(once.size() - shown) + " more";
  return joined;
}

enum class Clock { time, time_and_day };

std::string shown_on(LocalTime const& local, Clock clock) {
  auto text = to_clock_text(local.minute);
  if (clock == Clock::time_and_day) text += " on " + std::string(word_for(weekday_of(local.day)));
  return text;
}

LocalTime clock_in(TimeZone const& zone, Instant at) { return local_time(at, zone.span_at(at).offset); }

/// "it is 21:40 and 20:40 where they are"
std::string clocks_message(Instant at, Whereabouts const& where, Clock clock) {
  std::vector<std::string> texts;
  for (auto const& [name, zone] : where.zones) texts.push_back(shown_on(clock_in(*zone, at), clock));
  return "it is " + listed(texts) + " where they are";
}

std::string from_to(DayHours const& hours) {
  return "from " + to_clock_text(hours.start) + " to " + to_clock_text(hours.end);
}

/// "on mon and tue from 09:00 to 18:00"; of every day, only its times.
std::string in_words(ContactWindow const& window) {
  std::string text;
  auto const days = window.days();
  if (days.size() < days_in_a_week) {
    text = "on ";
    for (std::size_t i = 0; i < days.size(); ++i)
      text += std::string(i == 0                 ? ""
                          : i + 1 == days.size() ? " and "
                                                 : ", ") +
              std::string(to_string(days[i]));
    text += ' ';
  }
  return text + from_to({window.start(), window.end()});
}

bool is_outside(DayHours const& hours, LocalTime const& local) { return !hours.contains(local.minute); }

/// "in TX from 12:00 to 21:00 on a Sunday"
std::string state_rule(StateHours const& state, LocalDay day) {
  auto const hours = hours_in(state, day);
  std::string text =
      "in " + std::string(state.code()) + ' ' + (hours.never() ? "not at all" : from_to(hours));
  return text +
         (is_federal_holiday(day) ? " on this holiday" : " on a " + std::string(word_for(weekday_of(day))));
}

}  // namespace

std::string contacts_for(Channel channel, Purpose purpose) {
  return (channel == Channel::call ? "calls for " : "texts for ") + std::string(to_string(purpose));
}

std::string needs_written_consent(Channel channel, std::optional<ConsentBasis> given) {
  auto const needed = contacts_for(channel, Purpose::marketing) + " need written consent; ";
  if (!given) return needed + "none was given";
  return needed + "what was given is " + std::string(to_string(*given));
}

std::string outside_hours_message(ContactFacts const& facts, ContactWindow const& policy,
                                  Whereabouts const& where) {
  bool outside_policy = false;
  std::vector<std::string> rules;
  WeeklyHours const weekly(policy);
  for (auto const& [name, zone] : where.zones) {
    auto const local = clock_in(*zone, facts.at);
    outside_policy |= is_outside(weekly.on(local.day), local);
    for (auto const* state : where.states)
      if (is_outside(hours_in(*state, local.day), local)) rules.push_back(state_rule(*state, local.day));
  }
  bool const days_matter = !rules.empty() || policy.days().size() < days_in_a_week;
  if (outside_policy) rules.insert(rules.begin(), in_words(policy));
  return clocks_message(facts.at, where, days_matter ? Clock::time_and_day : Clock::time) + "; " +
         contacts_for(facts.channel, facts.purpose) + " are allowed " + listed(rules);
}

std::string holiday_message(ContactFacts const& facts, std::span<LocalDay const> holidays,
                            Whereabouts const& where) {
  std::vector<std::string> days, states;
  bool everywhere = false;
  for (auto const& [name, zone] : where.zones) {
    auto const day = clock_in(*zone, facts.at).day;
    if (std::ranges::binary_search(holidays, day)) {
      everywhere = true;
      days.push_back(calendar_date_of(day));
    }
    for (auto const* state : where.states) {
      if (!is_holiday_in(*state, day)) continue;
      days.push_back(calendar_date_of(day));
      states.emplace_back(state->code());
    }
  }
  auto const which = everywhere ? std::string() : " in " + listed(states);
  return listed(days) + " is a holiday; " + contacts_for(facts.channel, facts.purpose) +
         " are not allowed then" + which;
}

std::string outside_window_message(ContactFacts const& facts, Whereabouts const& where) {
  std::vector<std::string> clocks, windows;
  for (auto const& [zone, window] : where.windows) {
    WeeklyHours const weekly(*window);
    if (is_open({zone, &weekly}, facts.at)) continue;
    clocks.push_back(shown_on(clock_in(*zone, facts.at), Clock::time_and_day));
    windows.push_back(in_words(*window));
  }
  return "it is " + listed(clocks) + " where they are; they want to be reached " + listed(windows);
}

std::string too_many_attempts_message(ContactFacts const& facts, AttemptCap const& cap) {
  return "no more than " + std::to_string(cap.max) + (cap.max == 1 ? " attempt" : " attempts") + " in " +
         std::to_string(cap.hours) + (cap.hours == 1 ? " hour" : " hours") + " for " +
         std::string(to_string(facts.purpose)) + " are allowed, and there were as many";
}

}  // namespace linebook
