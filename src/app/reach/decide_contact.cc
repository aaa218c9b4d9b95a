#include "app/reach/decide_contact.h"

#include <algorithm>
#include <utility>

#include "app/lines/line_carrier.h"
#include "base/calendar_date.h"

namespace linebook {
namespace {

Error emergency_refused() {
  return {ErrorCode::forbidden,
          "an emergency is declared by a key with the scope reach:emergency, which is given only when named",
          {{"purpose", "needs the scope reach:emergency"}}};
}

Error shared_too_widely() {
  return {
      ErrorCode::conflict,
      "more than " + std::to_string(max_entries_asked) + " entries have this number; ask by phone_id instead",
      {}};
}

std::optional<Instant> later(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

/// Views into `entry`, which outlives them.
EntryFacts facts_of(ReachableEntry const& entry) {
  auto const& [number, person, consent, consented_at] = entry;
  EntryFacts facts{.deceased = person.deceased,
                   .active = person.active,
                   .do_not_call = number.do_not_call,
                   .wrong_number = number.wrong_number_at.has_value(),
                   .undeliverable = number.undeliverable_at.has_value(),
                   .consent = consent,
                   .confirmed_at = later(number.verified_at, consented_at),
                   .contact_window = person.contact_window};
  if (person.timezone) facts.timezone = *person.timezone;
  if (person.state) facts.state = *person.state;
  return facts;
}

Result<ReachFacts> gather(Transaction const& tx, AccountId account, ContactQuestion const& q,
                          ReachQuestion const& asked) {
  if (q.phone) {
    auto facts = tx.reach().entry(account, *q.phone, asked);
    if (!facts) return fail(not_found("phone number"));
    return std::move(*facts);
  }
  auto facts = tx.reach().entries(account, *q.number, asked, max_entries_asked + 1);
  if (std::ssize(facts.entries) > max_entries_asked) return fail(shared_too_widely());
  return facts;
}

void take_lists(ListAnswers const& answers, ContactFacts& facts) {
  facts.national_list_as_of = answers.national_as_of ? parse_date(*answers.national_as_of) : std::nullopt;
  facts.on_national_list = answers.on_national;
  facts.on_state_lists = answers.states;
}

std::vector<DecidedPerson> people_of(std::vector<ReachableEntry> const& entries) {
  std::vector<DecidedPerson> people;
  for (auto const& entry : entries) people.push_back({entry.person.ref, entry.person.name()});
  return people;
}

}  // namespace

LineFacts line_facts(Transaction const& tx, Policies const& policies, Line const& line, Channel channel) {
  bool does = true;
  if (auto const* twilio = std::get_if<TwilioHolding>(&line.holding)) {
    // What the carrier has not said is not known.
    auto const wanted = channel == Channel::call ? "voice" : "sms";
    does = twilio->capabilities &&
           std::ranges::find(*twilio->capabilities, wanted) != twilio->capabilities->end();
  } else if (std::holds_alternative<ByoTrunk>(line.holding)) {
    does = channel == Channel::call;  // a SIP trunk carries no texts
  } else {
    does = carrier_of(tx, policies, line).has_value();
  }
  return {.active = line.status == LineStatus::active && line.has_number(), .does_channel = does};
}

void hold_attempts(Transaction& tx, AccountId account, TenDigits const& number) {
  // Whoever counts holds the same person of those who share the number. Where it is in nobody's book, nothing
  // that has a cap is allowed.
  auto const entries = tx.contact_numbers().with_number(account, number, max_entries_asked + 1);
  auto const first = std::ranges::min_element(
      entries, {}, [](LinkedContactNumber const& n) -> PersonRef const& { return n.number.person; });
  if (first != entries.end()) (void)tx.people().find(account, first->number.person);
}

Result<Decision> decide_contact(Transaction const& tx, AccountId account, Instant now,
                                ReachRules const& rules, ContactQuestion const& q) {
  if (q.purpose == Purpose::emergency && q.emergencies == Emergencies::refused)
    return fail(emergency_refused());
  if (!q.problems.empty()) return fail(validation_error(q.problems));
  auto const at = q.at.value_or(now);
  ReachQuestion const asked{q.channel, q.purpose, at - std::chrono::hours(max_cap_hours)};
  auto gathered = gather(tx, account, q, asked);
  if (!gathered) return fail(std::move(gathered.error()));
  auto const& [entries, standing] = *gathered;
  auto const number = q.phone ? entries.front().number.number : *q.number;
  std::optional<LineFacts> line;
  if (q.line) {
    auto const found = tx.reach().line(account, *q.line);
    if (!found) return fail(not_found("line"));
    line = line_facts(tx, rules.policies, *found, q.channel);
  }
  ContactFacts facts{
      .channel = q.channel, .purpose = q.purpose, .voice = q.voice, .at = at, .number = number};
  for (auto const& entry : entries) facts.entries.push_back(facts_of(entry));
  facts.suppressed = standing.suppression && standing.suppression->of(q.channel);
  facts.reassigned_on = standing.reassigned_on;
  facts.attempts = standing.attempts;
  if (q.counted_at)
    if (auto const own = std::ranges::find(facts.attempts, *q.counted_at); own != facts.attempts.end())
      facts.attempts.erase(own);
  facts.line = line;
  if (q.purpose == Purpose::marketing) {
    facts.anybody_said_do_not_call = tx.reach().anybody_said_do_not_call(account, number);
    take_lists(rules.lists.look_up(number), facts);
  }
  static auto const defaults = ContactPolicy::defaults();
  auto const& policy = standing.policy ? *standing.policy : defaults;
  auto const hours = rules.calling_hours.of(tx, standing.calling_hours_version);

  return Decision{.id = {},
                  .channel = q.channel,
                  .purpose = q.purpose,
                  .voice = q.voice,
                  .number = number,
                  .phone = q.phone,
                  .line = q.line,
                  .people = people_of(entries),
                  .at = at,
                  .verdict = decide(facts, policy, *hours, rules.zones),
                  .policy_version = policy.version};
}

void keep_decision(Transaction& tx, Context const& ctx, Decision& decision) {
  decision.id = DecisionId{ctx.ids.next("dec_", ctx.now)};
  decision.actor = ctx.actor;
  decision.request_id = ctx.request_id;
  tx.decisions().append(ctx.account, decision);
}

Result<Decision> record_decision(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                 ContactQuestion const& question) {
  auto decision = decide_contact(tx, ctx.account, ctx.now, rules, question);
  if (decision && !question.at) keep_decision(tx, ctx, *decision);
  return decision;
}

}  // namespace linebook
