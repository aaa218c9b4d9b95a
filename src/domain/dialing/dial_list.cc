#include "domain/dialing/dial_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<Dialer> dialers[] = {{Dialer::pull, "pull"}, {Dialer::linebook, "linebook"}};
constexpr Spelling<DialListStatus> dial_list_statuses[] = {{DialListStatus::running, "running"},
                                                           {DialListStatus::paused, "paused"},
                                                           {DialListStatus::stopped, "stopped"},
                                                           {DialListStatus::finished, "finished"}};
constexpr Spelling<DialEntryState> dial_entry_states[] = {
    {DialEntryState::waiting, "waiting"}, {DialEntryState::ready, "ready"},
    {DialEntryState::leased, "leased"},   {DialEntryState::calling, "calling"},
    {DialEntryState::done, "done"},       {DialEntryState::blocked, "blocked"}};

/// Nothing: it is not tried again for that outcome.
std::optional<std::chrono::seconds> pause_after(RetryAfter const& retry, Outcome outcome) {
  switch (outcome) {
    case Outcome::no_answer:
    case Outcome::failed:
    case Outcome::callback:
      return retry.no_answer;
    case Outcome::busy:
      return retry.busy;
    case Outcome::voicemail:
      return retry.voicemail;
    case Outcome::answered:
    case Outcome::wrong_number:
    case Outcome::do_not_call:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Dialer d) { return spell(dialers, d); }
std::optional<Dialer> parse_dialer(std::string_view text) { return unspell(dialers, text); }
std::string_view to_string(DialListStatus s) { return spell(dial_list_statuses, s); }
std::optional<DialListStatus> parse_dial_list_status(std::string_view text) {
  return unspell(dial_list_statuses, text);
}
std::string_view to_string(DialEntryState s) { return spell(dial_entry_states, s); }
std::optional<DialEntryState> parse_dial_entry_state(std::string_view text) {
  return unspell(dial_entry_states, text);
}

bool gives_out(DialList const& list, Instant now) {
  return list.status == DialListStatus::running && (!list.starts_at || now >= *list.starts_at) &&
         (!list.ends_at || now < *list.ends_at);
}

std::string to_rate_text(double calls_per_second) {
  std::array<char, 32> text{};
  auto const end = std::to_chars(text.data(), text.data() + text.size(), calls_per_second).ptr;
  return {text.data(), end};
}

std::chrono::milliseconds pause_between_calls(DialList const& list) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(1000 / list.calls_per_second)));
}

std::vector<ContactNumber const*> numbers_in_turn(std::vector<ContactNumber> const& numbers,
                                                  std::vector<PhoneType> const& types,
                                                  std::optional<ContactNumberId> const& failed) {
  auto const rank = [&](ContactNumber const* n) {
    return std::tuple(n->id == failed, std::ranges::find(types, n->phone_type) - types.begin(), !n->primary,
                      !n->verified, n->created_at, std::string_view(n->id.value));
  };
  std::vector<ContactNumber const*> fit;
  for (auto const& number : numbers)
    if (std::ranges::find(types, number.phone_type) != types.end() && !number.do_not_call &&
        !number.wrong_number_at)
      fit.push_back(&number);
  std::ranges::sort(fit, {}, rank);
  return fit;
}

DialEntry after_outcome(DialEntry entry, DialList const& list, Outcome outcome, Instant now) {
  entry.outcome = outcome;
  entry.attempts += 1;
  entry.updated_at = now;
  entry.turn_at = now;
  auto const pause = pause_after(list.retry_after, outcome);
  // A wrong number or a do-not-call says nothing against the person's other numbers.
  bool const other_number = outcome == Outcome::wrong_number || outcome == Outcome::do_not_call;
  if (!pause && !other_number) {
    entry.state = DialEntryState::done;
    entry.reason.reset();
  } else if (entry.attempts >= list.max_attempts) {
    entry.state = DialEntryState::done;
    entry.reason = "max_attempts";
  } else {
    entry.state = DialEntryState::waiting;
    entry.reason = std::string(to_string(outcome));
    entry.turn_at = now + pause.value_or(std::chrono::seconds(0));
  }
  return entry;
}

}  // namespace linebook
