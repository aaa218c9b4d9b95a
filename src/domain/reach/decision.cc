#include "domain/reach/decision.h"

#include <algorithm>
#include <cstdlib>

#include "domain/reach/consent_rule.h"
#include "domain/reach/contact_calendar.h"
#include "domain/reach/contact_hours.h"
#include "domain/reach/reason_messages.h"
#include "domain/reach/whereabouts.h"
#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<ReasonCode> reason_names[] = {
    {ReasonCode::invalid_number, "invalid_number"},
    {ReasonCode::deceased, "deceased"},
    {ReasonCode::inactive, "inactive"},
    {ReasonCode::do_not_call, "do_not_call"},
    {ReasonCode::opted_out, "opted_out"},
    {ReasonCode::wrong_number, "wrong_number"},
    {ReasonCode::reassigned, "reassigned"},
    {ReasonCode::no_consent, "no_consent"},
    {ReasonCode::consent_expired, "consent_expired"},
    {ReasonCode::consent_revoked, "consent_revoked"},
    {ReasonCode::national_do_not_call, "national_do_not_call"},
    {ReasonCode::state_do_not_call, "state_do_not_call"},
    {ReasonCode::list_missing, "list_missing"},
    {ReasonCode::list_outdated, "list_outdated"},
    {ReasonCode::timezone_unknown, "timezone_unknown"},
    {ReasonCode::outside_hours, "outside_hours"},
    {ReasonCode::holiday, "holiday"},
    {ReasonCode::outside_contact_window, "outside_contact_window"},
    {ReasonCode::too_many_attempts, "too_many_attempts"},
    {ReasonCode::undeliverable, "undeliverable"},
    {ReasonCode::line_unavailable, "line_unavailable"}};
constexpr Spelling<ZoneSource> zone_source_names[] = {{ZoneSource::person, "person"},
                                                      {ZoneSource::area_code, "area_code"}};

using Reasons = std::vector<Reason>;

void stand_in_the_way(Reasons& reasons, ReasonCode code, std::string message) {
  reasons.push_back({code, std::move(message), std::nullopt});
}

LocalDay utc_date(Instant at) { return local_time(at, std::chrono::seconds(0)).day; }

void look_at_number(ContactFacts const& facts, Reasons& reasons) {
  if (auto const fault = facts.number.fault())
    stand_in_the_way(reasons, ReasonCode::invalid_number,
                     "the number cannot ring: it " + std::string(message_for(*fault)));
}

/// A number that the living share with the dead still reaches the living; so it is with the inactive.
void look_at_people(ContactFacts const& facts, Reasons& reasons) {
  if (facts.entries.empty()) return;
  bool const one = facts.entries.size() == 1;
  if (std::ranges::all_of(facts.entries, &EntryFacts::deceased))
    return stand_in_the_way(reasons, ReasonCode::deceased,
                            one ? "the person is deceased" : "all who have that number are deceased");
  if (facts.purpose == Purpose::emergency) return;
  if (std::ranges::all_of(facts.entries, [](auto const& entry) { return entry.deceased || !entry.active; }))
    stand_in_the_way(reasons, ReasonCode::inactive,
                     one ? "the person is inactive" : "all who have that number are inactive or deceased");
}

void look_at_wishes(ContactFacts const& facts, Reasons& reasons) {
  bool const flagged = std::ranges::any_of(facts.entries, &EntryFacts::do_not_call);
  if (is_our_wish(facts.purpose) && flagged)
    stand_in_the_way(reasons, ReasonCode::do_not_call, "they asked not to be called");
  else if (facts.purpose == Purpose::marketing && facts.anybody_said_do_not_call)
    stand_in_the_way(reasons, ReasonCode::do_not_call, "somebody with that number asked not to be called");
  bool const suppression_counts = is_our_wish(facts.purpose) ||
                                  (facts.purpose == Purpose::verification && facts.channel == Channel::text);
  if (facts.suppressed && suppression_counts)
    stand_in_the_way(reasons, ReasonCode::opted_out,
                     std::string("the number is on the suppression list for ") +
                         (facts.channel == Channel::call ? "calls" : "texts"));
}

/// Known to be theirs on a later day than that of the answer; what happened on the same day is not known to
/// be.
bool confirmed_since(EntryFacts const& entry, LocalDay reassigned_on, Instant at) {
  return entry.confirmed_at && *entry.confirmed_at <= at && utc_date(*entry.confirmed_at) > reassigned_on;
}

void look_at_ownership(ContactFacts const& facts, Reasons& reasons) {
  if (facts.purpose != Purpose::emergency && std::ranges::any_of(facts.entries, &EntryFacts::wrong_number))
    stand_in_the_way(reasons, ReasonCode::wrong_number,
                     "it was found to be a wrong number, and has not been changed or verified since");
  if (!is_our_wish(facts.purpose) || !facts.reassigned_on) return;
  bool const all_confirmed = std::ranges::all_of(facts.entries, [&](auto const& entry) {
    return confirmed_since(entry, *facts.reassigned_on, facts.at);
  });
  if (facts.entries.empty() || !all_confirmed)
    stand_in_the_way(reasons, ReasonCode::reassigned,
                     "the number was reassigned, and no later consent or verification is known");
}

void look_at_consent(ContactFacts const& facts, ConsentFindings const& consent, Reasons& reasons) {
  auto const contacts = [&] { return "consent to " + contacts_for(facts.channel, facts.purpose); };
  if (!consent.missing.empty()) stand_in_the_way(reasons, ReasonCode::no_consent, consent.missing);
  if (consent.expired_at)
    stand_in_the_way(reasons, ReasonCode::consent_expired,
                     contacts() + " expired at " + to_rfc3339(*consent.expired_at));
  if (consent.revoked_at)
    stand_in_the_way(reasons, ReasonCode::consent_revoked,
                     contacts() + " was revoked at " + to_rfc3339(*consent.revoked_at));
}

/// Written consent stands above the lists, so what is allowed never rests on one, and no list that gets too
/// old ends it.
void look_at_lists(ContactFacts const& facts, ContactPolicy const& policy, ConsentFindings const& consent,
                   Reasons& reasons) {
  if (facts.purpose != Purpose::marketing || consent.written_in_force) return;
  if (facts.on_national_list)
    stand_in_the_way(reasons, ReasonCode::national_do_not_call,
                     "the number is on the national do-not-call list");
  if (!facts.on_state_lists.empty()) {
    std::string states;
    for (auto const& state : facts.on_state_lists) states += (states.empty() ? "" : ", ") + state;
    stand_in_the_way(reasons, ReasonCode::state_do_not_call,
                     "the number is on the do-not-call list of " + states);
  }
  if (!policy.require_list) return;
  if (!facts.national_list_as_of)
    stand_in_the_way(reasons, ReasonCode::list_missing, "no national do-not-call list is loaded");
  else if (auto const age = utc_date(facts.at) - *facts.national_list_as_of;
           age > national_list_validity.count())
    stand_in_the_way(reasons, ReasonCode::list_outdated,
                     "the national do-not-call list is " + std::to_string(age) + " days old; no more than " +
                         std::to_string(national_list_validity.count()) + " are allowed");
}

/// Until when the caps stand in the way.
struct TriedTooOften {
  AttemptCap const* cap = nullptr;  // null: they do not
  std::optional<Instant> until;     // nothing: always
};

/// Told in whole seconds, and never a fraction of one too early.
Instant whole_second_from(Instant at) {
  return at.milliseconds % 1000 == 0 ? at : Instant::from_seconds(at.seconds() + 1);
}

/// What has been tried only gets older, so a cap that lets one try does so until one does.
TriedTooOften look_at_attempts(ContactFacts const& facts, ContactPolicy const& policy) {
  TriedTooOften found;
  if (!is_our_wish(facts.purpose)) return found;
  for (auto const& cap : policy.caps_for(facts.purpose)) {
    if (cap.max <= 0) return {&cap, std::nullopt};
    auto const max = static_cast<std::size_t>(cap.max);
    if (facts.attempts.size() < max) continue;
    auto const until = whole_second_from(facts.attempts[max - 1] + std::chrono::hours(cap.hours));
    if (until > facts.at && (!found.until || until > *found.until)) found = {&cap, until};
  }
  return found;
}

void look_at_clocks(ContactFacts const& facts, Whereabouts const& where, ContactCalendar const& calendar,
                    TriedTooOften const& tried, Reasons& reasons) {
  if (where.zone_unknown)
    stand_in_the_way(reasons, ReasonCode::timezone_unknown,
                     "neither the person nor the area code tells what time it is there");
  calendar.tell(reasons);
  if (!tried.cap) return;
  bool const in_sight = tried.until && *tried.until <= facts.at + decision_horizon;
  reasons.push_back({ReasonCode::too_many_attempts, too_many_attempts_message(facts, *tried.cap),
                     in_sight ? tried.until : std::nullopt});
}

void look_at_delivery(ContactFacts const& facts, Reasons& reasons) {
  if (facts.channel == Channel::text && std::ranges::any_of(facts.entries, &EntryFacts::undeliverable))
    stand_in_the_way(reasons, ReasonCode::undeliverable, "the carrier said that the number takes no texts");
  if (!facts.line || (facts.line->active && facts.line->does_channel)) return;
  stand_in_the_way(reasons, ReasonCode::line_unavailable,
                   !facts.line->active              ? "the line is not active"
                   : facts.channel == Channel::call ? "the line cannot place calls"
                                                    : "the line cannot send texts");
}

/// Where only time stands in the way: when it no longer does, if that is in sight and consent lasts so long.
std::optional<Instant> next_allowed(ContactFacts const& facts, ConsentFindings const& consent,
                                    ContactCalendar const& calendar, TriedTooOften const& tried) {
  if (tried.cap && !tried.until) return std::nullopt;
  auto const from = tried.cap ? std::max(facts.at, *tried.until) : facts.at;
  auto const opens = calendar.next_opening(from, facts.at + decision_horizon);
  return opens && *opens < consent.holds_until ? opens : std::nullopt;
}

void holds_until(Instant end, Instant at, Verdict& verdict) {
  verdict.open_until = end;
  verdict.valid_until = std::min(end, at + decision_validity);
}

void tell_zones(Whereabouts const& where, Instant at, Verdict& verdict) {
  verdict.zone_source = where.source;
  verdict.timezones.reserve(where.zones.size());
  verdict.utc_offsets.reserve(where.zones.size());
  for (auto const& [name, zone] : where.zones) {
    verdict.timezones.emplace_back(name);
    verdict.utc_offsets.push_back(zone->span_at(at).offset);
  }
}

}  // namespace

std::string_view to_string(ReasonCode code) { return spell(reason_names, code); }
std::optional<ReasonCode> parse_reason_code(std::string_view text) { return unspell(reason_names, text); }
std::string_view to_string(ZoneSource source) { return spell(zone_source_names, source); }
std::optional<ZoneSource> parse_zone_source(std::string_view text) {
  return unspell(zone_source_names, text);
}

Verdict decide(ContactFacts const& facts, ContactPolicy const& policy, CallingHours const& hours,
               TimeZones const& time_zones) {
  auto const where = find_whereabouts(facts, policy, hours, time_zones);
  auto const consent = find_consent(facts);
  Verdict verdict;
  tell_zones(where, facts.at, verdict);
  look_at_number(facts, verdict.reasons);
  look_at_people(facts, verdict.reasons);
  look_at_wishes(facts, verdict.reasons);
  look_at_ownership(facts, verdict.reasons);
  look_at_consent(facts, consent, verdict.reasons);
  look_at_lists(facts, policy, consent, verdict.reasons);
  auto const horizon = facts.at + decision_horizon;
  if (!is_our_wish(facts.purpose)) {
    look_at_delivery(facts, verdict.reasons);
    if (verdict.allowed()) holds_until(horizon, facts.at, verdict);
    return verdict;
  }
  ContactCalendar const calendar(facts, policy, where);
  auto const tried = look_at_attempts(facts, policy);
  look_at_clocks(facts, where, calendar, tried, verdict.reasons);
  look_at_delivery(facts, verdict.reasons);
  if (verdict.allowed())
    holds_until(std::min(calendar.closing(horizon), consent.holds_until), facts.at, verdict);
  else if (std::ranges::all_of(verdict.reasons, is_matter_of_time, &Reason::code))
    verdict.next_allowed_at = next_allowed(facts, consent, calendar, tried);
  return verdict;
}

std::string to_local_rfc3339(Instant at, std::chrono::seconds utc_offset) {
  // RFC 3339 writes offsets in minutes; before time zones, places had others.
  auto const minutes = std::chrono::duration_cast<std::chrono::minutes>(utc_offset);
  auto text = to_rfc3339(at + minutes);
  text.pop_back();  // the "Z"
  auto const ahead = std::abs(minutes.count());
  text += minutes.count() < 0 ? '-' : '+';
  return text + to_clock_text(static_cast<MinuteOfDay>(ahead));
}

}  // namespace linebook
