// Any facts, any policy: what is not known allows nothing, and the times that are told are the first and the
// last. The oracle reads the clocks the plain way and goes through time step by step.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <string>
#include <vector>

#include "domain/reach/decision.h"
#include "fakes/made_up_time_zones.h"

namespace linebook {
namespace {

fakes::MadeUpTimeZones const many_zones;
fakes::NoTimeZones const no_zones;

constexpr std::int64_t quarter = 15 * 60;  // all that is made up here happens at one
constexpr std::int64_t day_seconds = 86'400;

template <class T>
T one_of(std::vector<T> const& choices) {
  return *rc::gen::elementOf(choices);
}
/// Evenly, in small cases as in large ones.
std::int64_t between(std::int64_t first, std::int64_t last) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(first, last + 1));
}
bool once_in(int n) { return between(0, n - 1) == 0; }

/// Around a change of the clocks, a holiday, or anywhere in three years.
Instant any_instant() {
  auto const around = one_of<std::string>(
      {"2027-03-14T07:00:00Z", "2027-11-07T06:00:00Z", "2027-04-03T15:00:00Z", "2027-10-02T15:30:00Z",
       "2026-11-26T18:00:00Z", "2027-07-04T18:00:00Z", "2028-02-29T12:00:00Z", "2027-12-31T23:00:00Z"});
  auto at = parse_rfc3339(around)->seconds() + between(-400, 400) * quarter;
  if (once_in(3)) at += between(0, 300) * day_seconds;
  return Instant::from_seconds(at);
}

ContactWindow any_window() {
  std::vector<std::string_view> days;
  for (auto day : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
    if (!once_in(3)) days.push_back(day);
  if (days.empty()) days.push_back("sun");
  auto const start = between(0, 95), end = between(start + 1, 96);
  return ContactWindow::make(days, to_clock_text(static_cast<MinuteOfDay>(start * 15)),
                             to_clock_text(static_cast<MinuteOfDay>(end * 15)))
      .value();
}

ConsentStanding any_consent(Instant at) {
  ConsentStanding consent{.status = once_in(8) ? ConsentStatus::revoked : ConsentStatus::granted,
                          .basis = once_in(8) ? ConsentBasis::verbal : ConsentBasis::written,
                          .at = Instant::from_seconds(at.seconds() - between(-40, 4000) * quarter),
                          .expires_at = std::nullopt};
  if (once_in(2)) consent.expires_at = Instant::from_seconds(at.seconds() + between(-40, 1400) * quarter);
  return consent;
}

EntryFacts any_entry(Instant at) {
  EntryFacts entry;
  entry.deceased = once_in(20);
  entry.active = !once_in(20);
  entry.do_not_call = once_in(20);
  entry.wrong_number = once_in(20);
  entry.undeliverable = once_in(20);
  if (!once_in(4)) entry.consent = any_consent(at);
  if (!once_in(4)) entry.confirmed_at = Instant::from_seconds(at.seconds() - between(0, 4000) * quarter);
  if (once_in(2))
    entry.timezone = one_of<std::string_view>({"America/New_York", "America/Los_Angeles", "Asia/Kolkata",
                                               "Australia/Lord_Howe", "America/St_Johns", "America/Phoenix",
                                               "Nowhere/At_All"});
  if (once_in(2)) entry.contact_window = any_window();
  if (once_in(2)) entry.state = one_of<std::string_view>({"NY", "TX", "AL", "RI", "MS", "KY", "PA"});
  return entry;
}

ContactFacts any_facts() {
  auto const at = any_instant();
  ContactFacts facts{
      .channel = one_of<Channel>({Channel::call, Channel::text}),
      .purpose = one_of<Purpose>({Purpose::care, Purpose::service, Purpose::marketing, Purpose::marketing,
                                  Purpose::verification, Purpose::emergency}),
      .at = at,
      .number = TenDigits::parse(
                    one_of<std::string>({"5852984455", "8502984455", "2052984455", "9022984455", "6052984455",
                                         "9282984455", "4012984455", "8002984455", "5552984455"}))
                    .value()};
  auto const entries = one_of<int>({0, 1, 1, 1, 1, 2, 3});
  for (int i = 0; i < entries; ++i) facts.entries.push_back(any_entry(at));
  facts.anybody_said_do_not_call = once_in(20);
  facts.suppressed = once_in(20);
  auto const today = static_cast<LocalDay>(at.seconds() / day_seconds);
  if (once_in(10)) facts.reassigned_on = today - static_cast<LocalDay>(between(-1, 40));
  if (!once_in(5)) facts.national_list_as_of = today - static_cast<LocalDay>(between(-1, 40));
  facts.on_national_list = once_in(5);
  if (once_in(10)) facts.on_state_lists = {"TX"};
  for (auto tried = at.seconds(); facts.attempts.size() < 8 && !once_in(4);) {
    tried -= between(0, 90) * quarter;
    facts.attempts.push_back(Instant::from_seconds(tried));
  }
  if (once_in(4)) facts.line = LineFacts{.active = !once_in(4), .does_channel = !once_in(4)};
  return facts;
}

ContactPolicy any_policy() {
  auto policy = ContactPolicy::defaults();
  if (once_in(3)) policy.hours.fill(any_window());
  for (auto& caps : policy.attempts)
    while (caps.size() < max_caps && once_in(3))
      caps.push_back({.max = between(0, 4), .hours = between(1, 400)});
  auto day = static_cast<LocalDay>(parse_rfc3339("2026-11-01T00:00:00Z")->seconds() / day_seconds);
  for (int i = 0; i < 60 && once_in(2); ++i)
    policy.holidays.push_back(day += static_cast<LocalDay>(between(1, 30)));
  policy.state_rules = !once_in(4);
  policy.require_list = !once_in(4);
  return policy;
}

Verdict decided(ContactFacts const& facts, ContactPolicy const& policy, TimeZones const& zones = many_zones) {
  return decide(facts, policy, CallingHours::built_in(), zones);
}

Verdict decided_at(ContactFacts facts, ContactPolicy const& policy, Instant at) {
  facts.at = at;
  return decided(facts, policy);
}

bool tells(Verdict const& verdict, ReasonCode code) {
  return std::ranges::find(verdict.reasons, code, &Reason::code) != verdict.reasons.end();
}

std::string shown(ContactFacts const& facts, Verdict const& verdict) {
  auto text = to_rfc3339(facts.at) + " " + facts.number.str() + " " + std::string(to_string(facts.purpose));
  for (auto const& entry : facts.entries) {
    text += " [" + std::string(entry.timezone.value_or("-")) + " " + std::string(entry.state.value_or("-"));
    if (entry.contact_window) text += " " + entry.contact_window->str();
    text += "]";
  }
  for (auto const& reason : verdict.reasons)
    text += " " + std::string(to_string(reason.code)) + " until " +
            (reason.until ? to_rfc3339(*reason.until) : "-");
  return text + "; next " + (verdict.next_allowed_at ? to_rfc3339(*verdict.next_allowed_at) : "-") + "\n";
}

bool ascends(std::vector<Reason> const& reasons) {
  for (std::size_t i = 1; i < reasons.size(); ++i)
    if (reasons[i - 1].code >= reasons[i].code) return false;
  return true;
}

TEST(DecisionProperty, ReasonsAreInOrderAndEachOnce) {
  EXPECT_TRUE(rc::check([] {
    auto const facts = any_facts();
    auto const verdict = decided(facts, any_policy());
    RC_LOG() << shown(facts, verdict);
    RC_ASSERT(ascends(verdict.reasons));
    RC_ASSERT(verdict.valid_until.has_value() == verdict.allowed());
    RC_ASSERT(verdict.open_until.has_value() == verdict.allowed());
    RC_ASSERT(!(verdict.allowed() && verdict.next_allowed_at));
    RC_ASSERT(verdict.timezones.size() == verdict.utc_offsets.size());
    RC_ASSERT(verdict.zone_source.has_value() == !verdict.timezones.empty());
  }));
}

/// Facts of which one is no longer known.
struct Forgotten {
  char const* what;
  ContactFacts facts;
  TimeZones const* zones = &many_zones;
};

std::vector<Forgotten> each_forgotten(ContactFacts const& facts) {
  std::vector<Forgotten> all{{"the database of zones", facts, &no_zones}};
  auto const forget = [&](char const* what) -> ContactFacts& { return all.emplace_back(what, facts).facts; };
  forget("the national list").national_list_as_of = std::nullopt;
  forget("how old it is").national_list_as_of = -100'000;
  forget("what area code that is").number = TenDigits::parse("5552984455").value();
  forget("whether the line works").line = LineFacts{};
  // A verification and an emergency ask for nobody's consent, in the book or not.
  if (is_our_wish(facts.purpose)) forget("everybody").entries.clear();
  for (std::size_t i = 0; i < facts.entries.size(); ++i) {
    forget("what zone their zone is").entries[i].timezone = "Nowhere/At_All";
    forget("when they were confirmed").entries[i].confirmed_at = std::nullopt;
    auto const& consent = facts.entries[i].consent;
    if (!consent || consent->status == ConsentStatus::revoked) continue;
    if (!consent->expires_at || *consent->expires_at > facts.at)
      forget("that they agreed").entries[i].consent = std::nullopt;
    forget("how they agreed").entries[i].consent->basis = ConsentBasis::verbal;
    forget("until when").entries[i].consent->expires_at = facts.at;
  }
  return all;
}

TEST(DecisionProperty, KnowingLessAllowsNothing) {
  EXPECT_TRUE(rc::check([] {
    auto const facts = any_facts();
    auto const policy = any_policy();
    auto const verdict = decided(facts, policy);
    RC_LOG() << shown(facts, verdict);
    for (auto const& [what, less, zones] : each_forgotten(facts)) {
      auto const then = decided(less, policy, *zones);
      RC_LOG() << "without " << what << ": " << shown(less, then);
      RC_ASSERT(!then.allowed() || verdict.allowed());
      if (is_our_wish(facts.purpose) && then.timezones.empty()) RC_ASSERT(!then.allowed());
    }
  }));
}

// The oracle: one clock at a time, as one would look at it.

struct OnTheWall {
  std::chrono::year_month_day date;
  LocalDay day;
  Weekday weekday;
  MinuteOfDay minute;
};

OnTheWall look_at(TimeZone const& zone, Instant at) {
  using namespace std::chrono;
  sys_seconds const local{seconds(at.seconds()) + zone.span_at(at).offset};
  auto const midnight = floor<days>(local);
  return {midnight, static_cast<LocalDay>(midnight.time_since_epoch().count()),
          static_cast<Weekday>(weekday(midnight).iso_encoding() - 1),
          static_cast<MinuteOfDay>(duration_cast<minutes>(local - midnight).count())};
}

TEST(DecisionProperty, ClocksAreReadThePlainWay) {
  EXPECT_TRUE(rc::check([] {
    auto const facts = any_facts();
    RC_PRE(is_our_wish(facts.purpose));
    auto const policy = any_policy();
    auto const verdict = decided(facts, policy);
    RC_LOG() << shown(facts, verdict);
    auto const& states = CallingHours::built_in();
    std::vector<StateHours const*> rules;
    if (policy.state_rules && facts.purpose == Purpose::marketing) {
      if (facts.number.area_code() == "850") rules.push_back(states.of("FL"));
      if (facts.number.area_code() == "205") rules.push_back(states.of("AL"));
      if (facts.number.area_code() == "605") rules.push_back(states.of("SD"));
      if (facts.number.area_code() == "401") rules.push_back(states.of("RI"));
      for (auto const& entry : facts.entries)
        if (entry.state && states.of(*entry.state)) rules.push_back(states.of(*entry.state));
    }
    bool hours = true, holiday = false, windows = true;
    for (auto const& name : verdict.timezones) {
      auto const now = look_at(*many_zones.find(name), facts.at);
      hours &= policy.hours_for(facts.purpose).contains(now.weekday, now.minute);
      holiday |= std::ranges::count(policy.holidays, now.day) > 0;
      for (auto const* state : rules) {
        hours &= state->on(now.weekday).contains(now.minute);
        if (!is_federal_holiday(now.day)) continue;
        if (state->holidays.never())
          holiday = true;
        else
          hours &= state->holidays.contains(now.minute);
      }
    }
    for (auto const& entry : facts.entries) {
      if (!entry.contact_window) continue;
      for (auto const& name : verdict.timezones) {
        // Theirs alone: an entry without a zone has those of the area code, which others need not have.
        if (entry.timezone ? *entry.timezone != name : facts.number.area_code() != "585") continue;
        if (!entry.timezone && name != "America/New_York") continue;
        auto const now = look_at(*many_zones.find(name), facts.at);
        windows &= entry.contact_window->contains(now.weekday, now.minute);
      }
    }
    RC_ASSERT(tells(verdict, ReasonCode::outside_hours) == !hours);
    RC_ASSERT(tells(verdict, ReasonCode::holiday) == holiday);
    if (!windows) RC_ASSERT(tells(verdict, ReasonCode::outside_contact_window));
  }));
}

TEST(DecisionProperty, WhatIsNextIsTheFirst) {
  std::size_t found = 0, none = 0;
  EXPECT_TRUE(rc::check([&] {
    auto const facts = any_facts();
    auto const policy = any_policy();
    auto const verdict = decided(facts, policy);
    bool const waits =
        !verdict.allowed() && std::ranges::all_of(verdict.reasons, is_matter_of_time, &Reason::code);
    RC_PRE(waits);
    RC_LOG() << shown(facts, verdict);
    auto const last = facts.at + decision_horizon;
    std::optional<Instant> first;
    for (auto at = facts.at; at <= last && !first; at = at + std::chrono::minutes(15))
      if (decided_at(facts, policy, at).allowed()) first = at;
    RC_ASSERT(verdict.next_allowed_at == first);
    ++(first ? found : none);
    if (first) RC_ASSERT(!decided_at(facts, policy, *first - std::chrono::seconds(1)).allowed());
  }));
  EXPECT_GT(found, 0u);
  EXPECT_GT(none, 0u);
}

TEST(DecisionProperty, EachReasonStandsUntilItsEnd) {
  EXPECT_TRUE(rc::check([] {
    auto const facts = any_facts();
    auto const policy = any_policy();
    auto const verdict = decided(facts, policy);
    RC_LOG() << shown(facts, verdict);
    for (auto const& reason : verdict.reasons) {
      RC_ASSERT(is_matter_of_time(reason.code) || !reason.until);
      if (!is_matter_of_time(reason.code)) continue;
      auto const last = reason.until.value_or(facts.at + decision_horizon + std::chrono::seconds(1));
      for (auto at = facts.at; at < last; at = at + std::chrono::hours(3))
        RC_ASSERT(tells(decided_at(facts, policy, at), reason.code));
      RC_ASSERT(tells(decided_at(facts, policy, last - std::chrono::seconds(1)), reason.code));
      if (reason.until) RC_ASSERT(!tells(decided_at(facts, policy, last), reason.code));
    }
  }));
}

/// Some minutes before the end, where there is one within a day.
Instant before_it_ends(ContactFacts const& facts, ContactPolicy const& policy) {
  for (auto at = facts.at; at < facts.at + std::chrono::hours(24); at = at + std::chrono::minutes(15))
    if (!decided_at(facts, policy, at).allowed())
      return std::max(facts.at, at - std::chrono::minutes(between(1, 16)));
  return facts.at;
}

TEST(DecisionProperty, WhatIsAllowedHoldsAsLongAsItSays) {
  std::size_t cut_short = 0;
  EXPECT_TRUE(rc::check([&] {
    auto facts = any_facts();
    auto const policy = any_policy();
    RC_PRE(decided(facts, policy).allowed());
    // Most are asked about shortly before they end.
    if (!once_in(4)) facts.at = before_it_ends(facts, policy);
    auto const verdict = decided(facts, policy);
    RC_LOG() << shown(facts, verdict);
    auto const until = verdict.valid_until.value();
    auto const longest = facts.at + decision_validity;
    RC_ASSERT(until > facts.at);
    RC_ASSERT(until <= longest);
    for (auto at = facts.at; at < until; at = at + std::chrono::seconds(60))
      RC_ASSERT(decided_at(facts, policy, at).allowed());
    RC_ASSERT(decided_at(facts, policy, until - std::chrono::milliseconds(1)).allowed());
    if (until < longest) {
      ++cut_short;
      RC_ASSERT(!decided_at(facts, policy, until).allowed());
    }
  }));
  EXPECT_GT(cut_short, 0u);
}

TEST(DecisionProperty, ItIsOpenUntilItCloses) {
  std::size_t closed = 0;
  EXPECT_TRUE(rc::check([&] {
    auto const facts = any_facts();
    auto const policy = any_policy();
    auto const verdict = decided(facts, policy);
    RC_PRE(verdict.allowed());
    RC_LOG() << shown(facts, verdict);
    auto const until = verdict.open_until.value();
    auto const horizon = facts.at + decision_horizon;
    RC_ASSERT(verdict.valid_until == std::min(until, facts.at + decision_validity));
    RC_ASSERT(until <= horizon);
    for (auto at = facts.at; at < until; at = at + std::chrono::hours(3))
      RC_ASSERT(decided_at(facts, policy, at).allowed());
    RC_ASSERT(decided_at(facts, policy, until - std::chrono::milliseconds(1)).allowed());
    if (until < horizon) {
      ++closed;
      RC_ASSERT(!decided_at(facts, policy, until).allowed());
    }
  }));
  EXPECT_GT(closed, 0u);
}

}  // namespace
}  // namespace linebook
