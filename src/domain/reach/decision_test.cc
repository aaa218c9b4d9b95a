// One row for each line of the specification's table, against every purpose; then what the lines say of each
// other.
#include "domain/reach/decision.h"

#include <gtest/gtest.h>

#include <functional>

#include "fakes/made_up_time_zones.h"

namespace linebook {
namespace {

fakes::MadeUpTimeZones const made_up_zones;

Instant when(std::string_view text) { return parse_rfc3339(text).value(); }
LocalDay date(std::string_view text) {
  return static_cast<LocalDay>(when(std::string(text) + "T00:00:00Z").seconds() / 86'400);
}

ConsentStanding written(std::string_view at = "2026-01-01T00:00:00Z") {
  return {ConsentStatus::granted, ConsentBasis::written, when(at), std::nullopt};
}
ConsentStanding taken_back() {
  return {ConsentStatus::revoked, ConsentBasis::verbal, when("2026-06-01T00:00:00Z"), std::nullopt};
}

/// A Wednesday at 15:00 in New York; one entry that agreed to everything.
ContactFacts good_facts(Purpose purpose, Channel channel = Channel::call) {
  ContactFacts facts{.channel = channel,
                     .purpose = purpose,
                     .at = when("2026-11-18T20:00:00Z"),
                     .number = TenDigits::parse("5852984455").value()};
  facts.entries.push_back({.consent = written(), .confirmed_at = when("2026-01-01T00:00:00Z")});
  facts.national_list_as_of = date("2026-11-10");
  return facts;
}

Verdict judge(ContactFacts const& facts, ContactPolicy const& policy = ContactPolicy::defaults()) {
  return decide(facts, policy, CallingHours::built_in(), made_up_zones);
}

std::vector<std::string> codes(Verdict const& verdict) {
  std::vector<std::string> all;
  for (auto const& reason : verdict.reasons) all.emplace_back(to_string(reason.code));
  return all;
}
using Codes = std::vector<std::string>;

constexpr Purpose all_purposes[] = {Purpose::care, Purpose::service, Purpose::marketing,
                                    Purpose::verification, Purpose::emergency};

TEST(Decision, AllowsWhereNothingStandsInTheWay) {
  for (auto channel : {Channel::call, Channel::text})
    for (auto purpose : all_purposes) {
      auto const facts = good_facts(purpose, channel);
      auto const verdict = judge(facts);
      EXPECT_EQ(codes(verdict), Codes{}) << to_string(purpose);
      EXPECT_EQ(verdict.valid_until, facts.at + std::chrono::minutes(15));
      EXPECT_GT(verdict.open_until, verdict.valid_until);
      EXPECT_EQ(verdict.next_allowed_at, std::nullopt);
      EXPECT_EQ(verdict.timezones, std::vector<std::string>{"America/New_York"});
      EXPECT_EQ(verdict.utc_offsets, std::vector{std::chrono::seconds(std::chrono::hours(-5))});
      EXPECT_EQ(verdict.zone_source, ZoneSource::area_code);
    }
}

TEST(Decision, EachFactStandsInTheWayOfItsPurposes) {
  using Change = std::function<void(ContactFacts&, ContactPolicy&)>;
  struct {
    char const* name;
    Channel channel;
    Change change;
    // By purpose: care, service, marketing, verification, emergency.
    std::array<Codes, 5> expected;
  } const cases[] = {
      {"unassigned area code, whose zone nobody knows",
       Channel::call,
       [](auto& f, auto&) { f.number = TenDigits::parse("5552984455").value(); },
       {{{"invalid_number", "timezone_unknown"},
         {"invalid_number", "timezone_unknown"},
         {"invalid_number", "timezone_unknown"},
         {"invalid_number"},
         {"invalid_number"}}}},
      {"impossible exchange",
       Channel::text,
       [](auto& f, auto&) { f.number = TenDigits::parse("5851984455").value(); },
       {{{"invalid_number"},
         {"invalid_number"},
         {"invalid_number"},
         {"invalid_number"},
         {"invalid_number"}}}},
      {"deceased",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].deceased = true; },
       {{{"deceased"}, {"deceased"}, {"deceased"}, {"deceased"}, {"deceased"}}}},
      {"inactive",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].active = false; },
       {{{"inactive"}, {"inactive"}, {"inactive"}, {"inactive"}, {}}}},
      {"deceased and inactive is told as the graver",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].deceased = true, f.entries[0].active = false; },
       {{{"deceased"}, {"deceased"}, {"deceased"}, {"deceased"}, {"deceased"}}}},
      {"deceased, but shared with a living one",
       Channel::call,
       [](auto& f, auto&) { f.entries.push_back(f.entries[0]), f.entries[0].deceased = true; },
       {}},
      {"one deceased, the other inactive",
       Channel::call,
       [](auto& f, auto&) {
         f.entries.push_back(f.entries[0]);
         f.entries[0].deceased = true;
         f.entries[1].active = false;
       },
       {{{"inactive"}, {"inactive"}, {"inactive"}, {"inactive"}, {}}}},
      {"the entry's do-not-call flag",
       Channel::text,
       [](auto& f, auto&) { f.entries[0].do_not_call = true; },
       {{{"do_not_call"}, {"do_not_call"}, {"do_not_call"}, {}, {}}}},
      {"one of several flags",
       Channel::call,
       [](auto& f, auto&) { f.entries.push_back(f.entries[0]), f.entries[1].do_not_call = true; },
       {{{"do_not_call"}, {"do_not_call"}, {"do_not_call"}, {}, {}}}},
      {"somebody else's flag",
       Channel::call,
       [](auto& f, auto&) { f.anybody_said_do_not_call = true; },
       {{{}, {}, {"do_not_call"}, {}, {}}}},
      {"both flags are one reason",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].do_not_call = true, f.anybody_said_do_not_call = true; },
       {{{"do_not_call"}, {"do_not_call"}, {"do_not_call"}, {}, {}}}},
      {"suppressed for calls",
       Channel::call,
       [](auto& f, auto&) { f.suppressed = true; },
       {{{"opted_out"}, {"opted_out"}, {"opted_out"}, {}, {}}}},
      {"suppressed for texts",
       Channel::text,
       [](auto& f, auto&) { f.suppressed = true; },
       {{{"opted_out"}, {"opted_out"}, {"opted_out"}, {"opted_out"}, {}}}},
      {"wrong number",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].wrong_number = true; },
       {{{"wrong_number"}, {"wrong_number"}, {"wrong_number"}, {"wrong_number"}, {}}}},
      {"reassigned after they were last known",
       Channel::call,
       [](auto& f, auto&) { f.reassigned_on = date("2026-01-02"); },
       {{{"reassigned"}, {"reassigned"}, {"reassigned"}, {}, {}}}},
      {"reassigned on the same day",
       Channel::call,
       [](auto& f, auto&) { f.reassigned_on = date("2026-01-01"); },
       {{{"reassigned"}, {"reassigned"}, {"reassigned"}, {}, {}}}},
      {"reassigned before they were last known",
       Channel::call,
       [](auto& f, auto&) { f.reassigned_on = date("2025-12-31"); },
       {}},
      {"reassigned, and never confirmed",
       Channel::call,
       [](auto& f, auto&) {
         f.reassigned_on = date("2025-12-31");
         f.entries[0].confirmed_at = std::nullopt;
       },
       {{{"reassigned"}, {"reassigned"}, {"reassigned"}, {}, {}}}},
      {"reassigned, and confirmed in a time to come",
       Channel::call,
       [](auto& f, auto&) {
         f.reassigned_on = date("2025-12-31");
         f.entries[0].confirmed_at = f.at + std::chrono::seconds(1);
       },
       {{{"reassigned"}, {"reassigned"}, {"reassigned"}, {}, {}}}},
      {"reassigned, one of two confirmed since",
       Channel::call,
       [](auto& f, auto&) {
         f.reassigned_on = date("2026-03-01");
         f.entries.push_back(f.entries[0]);
         f.entries[0].confirmed_at = when("2026-04-01T00:00:00Z");
       },
       {{{"reassigned"}, {"reassigned"}, {"reassigned"}, {}, {}}}},
      {"in nobody's book",
       Channel::call,
       [](auto& f, auto&) { f.entries.clear(); },
       {{{"no_consent"}, {"no_consent"}, {"no_consent"}, {}, {}}}},
      {"in nobody's book, and reassigned",
       Channel::call,
       [](auto& f, auto&) { f.entries.clear(), f.reassigned_on = date("2020-01-01"); },
       {{{"reassigned", "no_consent"}, {"reassigned", "no_consent"}, {"reassigned", "no_consent"}, {}, {}}}},
      {"no consent on record",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].consent = std::nullopt; },
       {{{}, {}, {"no_consent"}, {}, {}}}},
      {"one of two gave none",
       Channel::text,
       [](auto& f, auto&) { f.entries.push_back(f.entries[0]), f.entries[1].consent = std::nullopt; },
       {{{}, {}, {"no_consent"}, {}, {}}}},
      {"consent by word of mouth",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].consent->basis = ConsentBasis::verbal; },
       {{{}, {}, {"no_consent"}, {}, {}}}},
      {"consent by a human's inquiry, and a human voice",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].consent->basis = ConsentBasis::inquiry, f.voice = Voice::human; },
       {{{}, {}, {"no_consent"}, {}, {}}}},
      {"consent by relationship",
       Channel::text,
       [](auto& f, auto&) { f.entries[0].consent->basis = ConsentBasis::relationship; },
       {{{}, {}, {"no_consent"}, {}, {}}}},
      {"consent that begins in the future",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].consent->at = f.at + std::chrono::seconds(1); },
       {{{}, {}, {"no_consent"}, {}, {}}}},
      {"consent that has just expired",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].consent->expires_at = f.at; },
       {{{"consent_expired"}, {"consent_expired"}, {"consent_expired"}, {}, {}}}},
      {"consent that expires in a second",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].consent->expires_at = f.at + std::chrono::seconds(1); },
       {}},
      {"consent taken back",
       Channel::text,
       [](auto& f, auto&) { f.entries[0].consent = taken_back(); },
       {{{"consent_revoked"}, {"consent_revoked"}, {"consent_revoked"}, {}, {}}}},
      {"three who differ",
       Channel::call,
       [](auto& f, auto&) {
         f.entries.resize(3, f.entries[0]);
         f.entries[0].consent = taken_back();
         f.entries[1].consent->expires_at = f.at;
         f.entries[2].consent = std::nullopt;
       },
       {{{"consent_expired", "consent_revoked"},
         {"consent_expired", "consent_revoked"},
         {"no_consent", "consent_expired", "consent_revoked"},
         {},
         {}}}},
      {"on the national list, with written consent",
       Channel::call,
       [](auto& f, auto&) { f.on_national_list = true; },
       {}},
      {"on the national list, without",
       Channel::call,
       [](auto& f, auto&) { f.on_national_list = true, f.entries[0].consent = std::nullopt; },
       {{{}, {}, {"no_consent", "national_do_not_call"}, {}, {}}}},
      {"on two states' lists",
       Channel::call,
       [](auto& f, auto&) {
         f.on_state_lists = {"TX", "WY"};
         f.entries[0].consent->expires_at = f.at;
       },
       {{{"consent_expired"}, {"consent_expired"}, {"consent_expired", "state_do_not_call"}, {}, {}}}},
      {"no list, with written consent",
       Channel::call,
       [](auto& f, auto&) { f.national_list_as_of = std::nullopt; },
       {}},
      {"no list, without",
       Channel::call,
       [](auto& f, auto&) {
         f.national_list_as_of = std::nullopt;
         f.entries[0].consent = std::nullopt;
       },
       {{{}, {}, {"no_consent", "list_missing"}, {}, {}}}},
      {"no list, and none asked for",
       Channel::call,
       [](auto& f, auto& p) {
         f.national_list_as_of = std::nullopt;
         f.entries[0].consent = std::nullopt;
         p.require_list = false;
       },
       {{{}, {}, {"no_consent"}, {}, {}}}},
      {"a list of 31 days",
       Channel::call,
       [](auto& f, auto&) {
         f.national_list_as_of = date("2026-10-18");
         f.entries[0].consent = std::nullopt;
       },
       {{{}, {}, {"no_consent"}, {}, {}}}},
      {"a list of 32 days",
       Channel::call,
       [](auto& f, auto&) {
         f.national_list_as_of = date("2026-10-17");
         f.entries[0].consent = std::nullopt;
       },
       {{{}, {}, {"no_consent", "list_outdated"}, {}, {}}}},
      {"a list of 32 days, and none asked for",
       Channel::call,
       [](auto& f, auto& p) {
         f.national_list_as_of = date("2026-10-17");
         f.entries[0].consent = std::nullopt;
         p.require_list = false;
       },
       {{{}, {}, {"no_consent"}, {}, {}}}},
      {"toll-free",
       Channel::call,
       [](auto& f, auto&) { f.number = TenDigits::parse("8002984455").value(); },
       {{{"timezone_unknown"}, {"timezone_unknown"}, {"timezone_unknown"}, {}, {}}}},
      {"toll-free, and the person's zone",
       Channel::call,
       [](auto& f, auto&) {
         f.number = TenDigits::parse("8002984455").value();
         f.entries[0].timezone = "America/New_York";
       },
       {}},
      {"a zone that the database does not have",
       Channel::call,
       [](auto& f, auto&) { f.entries[0].timezone = "America/Nowhere"; },
       {{{"timezone_unknown"}, {"timezone_unknown"}, {"timezone_unknown"}, {}, {}}}},
      {"an area code of two zones, one of which the database does not have",
       Channel::call,
       [](auto& f, auto&) { f.number = TenDigits::parse("9072984455").value(); },
       {{{"timezone_unknown"}, {"timezone_unknown"}, {"timezone_unknown"}, {}, {}}}},
      {"outside the policy's hours",
       Channel::call,
       [](auto& f, auto&) { f.at = when("2026-11-19T02:00:00Z"); },
       {{{"outside_hours"}, {"outside_hours"}, {"outside_hours"}, {}, {}}}},
      {"a holiday of the policy",
       Channel::call,
       [](auto&, auto& p) { p.holidays = {date("2026-11-17"), date("2026-11-18")}; },
       {{{"holiday"}, {"holiday"}, {"holiday"}, {}, {}}}},
      {"the day before a holiday",
       Channel::call,
       [](auto&, auto& p) { p.holidays = {date("2026-11-17"), date("2026-11-19")}; },
       {}},
      {"outside the person's window",
       Channel::text,
       [](auto& f, auto&) { f.entries[0].contact_window = ContactWindow::parse("mon,tue 09:00-18:00"); },
       {{{"outside_contact_window"}, {"outside_contact_window"}, {"outside_contact_window"}, {}, {}}}},
      {"inside it",
       Channel::text,
       [](auto& f, auto&) { f.entries[0].contact_window = ContactWindow::parse("wed 15:00-15:01"); },
       {}},
      {"three attempts within a day",
       Channel::call,
       [](auto& f, auto&) { f.attempts.resize(3, f.at - std::chrono::hours(23)); },
       {{{}, {}, {"too_many_attempts"}, {}, {}}}},
      {"five attempts within a day",
       Channel::call,
       [](auto& f, auto&) { f.attempts.resize(5, f.at - std::chrono::hours(23)); },
       {{{"too_many_attempts"}, {}, {"too_many_attempts"}, {}, {}}}},
      {"five attempts, one of them a day ago",
       Channel::call,
       [](auto& f, auto&) {
         f.attempts.resize(4, f.at - std::chrono::hours(1));
         f.attempts.push_back(f.at - std::chrono::hours(24));
       },
       {{{}, {}, {"too_many_attempts"}, {}, {}}}},
      {"no attempt is allowed",
       Channel::call,
       [](auto&, auto& p) {
         for (auto& caps : p.attempts) caps = {{.max = 0, .hours = 1}};
       },
       {{{"too_many_attempts"}, {"too_many_attempts"}, {"too_many_attempts"}, {}, {}}}},
      {"undeliverable, a call", Channel::call, [](auto& f, auto&) { f.entries[0].undeliverable = true; }, {}},
      {"undeliverable, a text",
       Channel::text,
       [](auto& f, auto&) { f.entries[0].undeliverable = true; },
       {{{"undeliverable"}, {"undeliverable"}, {"undeliverable"}, {"undeliverable"}, {"undeliverable"}}}},
      {"a line that is not active",
       Channel::call,
       [](auto& f, auto&) { f.line = {.active = false, .does_channel = true}; },
       {{{"line_unavailable"},
         {"line_unavailable"},
         {"line_unavailable"},
         {"line_unavailable"},
         {"line_unavailable"}}}},
      {"a line that cannot",
       Channel::text,
       [](auto& f, auto&) { f.line = {.active = true, .does_channel = false}; },
       {{{"line_unavailable"},
         {"line_unavailable"},
         {"line_unavailable"},
         {"line_unavailable"},
         {"line_unavailable"}}}},
      {"a line that can",
       Channel::text,
       [](auto& f, auto&) { f.line = {.active = true, .does_channel = true}; },
       {}},
      {"everything at once, in the order of the table",
       Channel::text,
       [](auto& f, auto& p) {
         f.number = TenDigits::parse("5551984455").value();
         f.entries.resize(3, f.entries[0]);
         f.entries[0] = {.active = false,
                         .do_not_call = true,
                         .wrong_number = true,
                         .undeliverable = true,
                         .consent = taken_back(),
                         .timezone = "America/New_York",
                         .contact_window = ContactWindow::parse("mon 09:00-10:00")};
         f.entries[1].active = f.entries[2].active = false;
         f.entries[1].consent = std::nullopt;
         f.entries[2].consent->expires_at = f.at;
         f.at = when("2026-11-19T02:00:00Z");
         f.suppressed = f.on_national_list = true;
         f.reassigned_on = date("2026-11-01");
         f.on_state_lists = {"TX"};
         f.national_list_as_of = date("2025-01-01");
         f.attempts.resize(5, f.at);
         f.line = LineFacts{};
         p.holidays = {date("2026-11-18")};
       },
       {{{"invalid_number", "inactive", "do_not_call", "opted_out", "wrong_number", "reassigned",
          "consent_expired", "consent_revoked", "timezone_unknown", "outside_hours", "holiday",
          "outside_contact_window", "too_many_attempts", "undeliverable", "line_unavailable"},
         {"invalid_number", "inactive", "do_not_call", "opted_out", "wrong_number", "reassigned",
          "consent_expired", "consent_revoked", "timezone_unknown", "outside_hours", "holiday",
          "outside_contact_window", "undeliverable", "line_unavailable"},
         {"invalid_number", "inactive", "do_not_call", "opted_out", "wrong_number", "reassigned",
          "no_consent", "consent_expired", "consent_revoked", "national_do_not_call", "state_do_not_call",
          "list_outdated", "timezone_unknown", "outside_hours", "holiday", "outside_contact_window",
          "too_many_attempts", "undeliverable", "line_unavailable"},
         {"invalid_number", "inactive", "opted_out", "wrong_number", "undeliverable", "line_unavailable"},
         {"invalid_number", "undeliverable", "line_unavailable"}}}},
  };
  for (auto const& c : cases)
    for (auto purpose : all_purposes) {
      auto facts = good_facts(purpose, c.channel);
      auto policy = ContactPolicy::defaults();
      c.change(facts, policy);
      auto const verdict = judge(facts, policy);
      EXPECT_EQ(codes(verdict), c.expected[static_cast<std::size_t>(purpose)])
          << c.name << ": " << to_string(purpose);
      EXPECT_EQ(verdict.valid_until.has_value(), verdict.allowed()) << c.name;
      EXPECT_EQ(verdict.open_until.has_value(), verdict.allowed()) << c.name;
      for (auto const& reason : verdict.reasons) {
        EXPECT_NE(reason.message, "") << c.name;
        EXPECT_TRUE(is_matter_of_time(reason.code) || !reason.until) << c.name;
      }
    }
}

TEST(Decision, NamesItsReasons) {
  for (auto code = 0; code <= static_cast<int>(ReasonCode::line_unavailable); ++code) {
    auto const reason = static_cast<ReasonCode>(code);
    EXPECT_EQ(parse_reason_code(to_string(reason)), reason) << code;
  }
  EXPECT_EQ(parse_reason_code("busy"), std::nullopt);
  for (auto source : {ZoneSource::person, ZoneSource::area_code})
    EXPECT_EQ(parse_zone_source(to_string(source)), source);
}

TEST(Decision, TellsTheTimeWithItsOffset) {
  struct {
    char const* name;
    char const* at;
    int minutes;
    char const* told;
  } const cases[] = {
      {"west", "2026-11-26T02:40:00Z", -300, "2026-11-25T21:40:00-05:00"},
      {"a half hour west", "2026-07-01T02:00:00Z", -150, "2026-06-30T23:30:00-02:30"},
      {"a half hour east", "2026-12-31T18:30:00Z", 330, "2027-01-01T00:00:00+05:30"},
      {"at Greenwich", "2028-02-29T00:00:00Z", 0, "2028-02-29T00:00:00+00:00"},
  };
  for (auto const& c : cases)
    EXPECT_EQ(to_local_rfc3339(when(c.at), std::chrono::minutes(c.minutes)), c.told) << c.name;
}

}  // namespace
}  // namespace linebook
