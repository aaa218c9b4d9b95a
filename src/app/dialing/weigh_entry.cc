#include "app/dialing/weigh_entry.h"

#include <algorithm>
#include <utility>

namespace linebook {
namespace {

/// A number that was given out is looked at again.
constexpr std::chrono::seconds given_out_pause{15};

ContactQuestion question_about(DialList const& list, ContactNumber const& number,
                               std::optional<LineId> const& line) {
  return {.phone = number.id, .channel = Channel::call, .purpose = list.purpose, .line = line};
}

WeighedEntry wait_for(std::string_view reason, Instant until, ContactNumber const& number) {
  return {
      .state = DialEntryState::waiting, .turn_at = until, .reason = std::string(reason), .number = number};
}

WeighedEntry weigh_decision(Decision decision, ContactNumber const& number, Instant now) {
  WeighedEntry weighed{.number = number};
  auto const& verdict = decision.verdict;
  if (verdict.allowed()) {
    weighed.state = DialEntryState::ready;
    weighed.turn_at = verdict.open_until.value_or(now + decision_validity);
  } else {
    weighed.reason = std::string(to_string(verdict.reasons.front().code));
    weighed.turn_at = now;
    if (std::ranges::all_of(verdict.reasons, is_matter_of_time, &Reason::code)) {
      weighed.state = DialEntryState::waiting;
      weighed.turn_at = verdict.next_allowed_at.value_or(now + unknown_time_pause);
    }
  }
  weighed.decision = std::move(decision);
  return weighed;
}

/// Of somebody none of whose numbers is called.
std::string_view why_none_is_called(std::vector<ContactNumber> const& numbers,
                                    std::vector<PhoneType> const& types) {
  auto const fits = [&](ContactNumber const& n) {
    return std::ranges::find(types, n.phone_type) != types.end();
  };
  if (std::ranges::any_of(numbers, [&](auto const& n) { return fits(n) && n.do_not_call; }))
    return to_string(ReasonCode::do_not_call);
  if (std::ranges::any_of(numbers, [&](auto const& n) { return fits(n) && n.wrong_number_at.has_value(); }))
    return to_string(ReasonCode::wrong_number);
  return no_number_reason;
}

/// `ahead(number)`: what is to be done before the decision; it may already settle the number.
template <class Ahead>
WeighedEntry weigh(Transaction const& tx, AccountId account, Instant now, ReachRules const& rules,
                   DialList const& list, DialEntry const& entry, std::optional<LineId> const& line,
                   Ahead ahead) {
  auto const numbers = tx.contact_numbers().of_person(account, entry.person, max_numbers_weighed);
  auto const failed = entry.outcome == Outcome::failed ? entry.phone : std::nullopt;
  std::optional<WeighedEntry> first;
  for (auto const* number : numbers_in_turn(numbers, list.phone_types, failed)) {
    if (std::optional<WeighedEntry> settled = ahead(*number)) return std::move(*settled);
    auto decision = decide_contact(tx, account, now, rules, question_about(list, *number, line));
    if (!decision) return wait_for(undecided_reason, now + undecided_pause, *number);
    auto weighed = weigh_decision(std::move(*decision), *number, now);
    if (weighed.state != DialEntryState::blocked) return weighed;
    if (!first) first = std::move(weighed);
  }
  if (first) return std::move(*first);
  return {.state = DialEntryState::blocked,
          .turn_at = now,
          .reason = std::string(why_none_is_called(numbers, list.phone_types))};
}

}  // namespace

WeighedEntry weigh_entry(Transaction const& tx, AccountId account, Instant now, ReachRules const& rules,
                         DialList const& list, DialEntry const& entry, std::optional<LineId> const& line) {
  return weigh(tx, account, now, rules, list, entry, line,
               [](ContactNumber const&) { return std::optional<WeighedEntry>(); });
}

WeighedEntry weigh_to_give_out(Transaction& tx, AccountId account, Instant now, ReachRules const& rules,
                               DialList const& list, DialEntry const& entry,
                               std::optional<LineId> const& line) {
  return weigh(tx, account, now, rules, list, entry, line, [&](ContactNumber const& number) {
    auto given_out = std::optional(wait_for(given_out_reason, now + given_out_pause, number));
    // The person first, who is passed over where others hold them: mostly, that is whom hold_attempts holds.
    if (tx.dial_entries().is_given_out(account, entry.person, now)) return given_out;
    hold_attempts(tx, account, number.number);
    return tx.dial_entries().is_given_out(account, number.number, now) ? given_out : std::nullopt;
  });
}

DialEntry weighed(DialEntry entry, WeighedEntry const& w, Instant now) {
  entry.state = w.state;
  entry.turn_at = w.turn_at;
  entry.reason = w.reason;
  entry.updated_at = now;
  return entry;
}

std::vector<LineId> lines_that_call(Transaction const& tx, AccountId account, ReachRules const& rules,
                                    DialList const& list) {
  std::vector<LineId> usable;
  for (auto const& id : list.lines) {
    auto const line = tx.reach().line(account, id);
    if (!line) continue;
    auto const facts = line_facts(tx, rules.policies, *line, Channel::call);
    if (facts.active && facts.does_channel) usable.push_back(id);
  }
  return usable;
}

}  // namespace linebook
