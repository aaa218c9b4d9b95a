// Clocks and calendars: what time it is where they are, until when something stands in the way, and what
// holds how long.
#include <gtest/gtest.h>

#include <functional>

#include "domain/reach/decision.h"
#include "fakes/made_up_time_zones.h"

namespace linebook {
namespace {

fakes::MadeUpTimeZones const zones_by_law;

Instant moment(std::string_view text) { return parse_rfc3339(text).value(); }
LocalDay calendar_day(std::string_view text) {
  return static_cast<LocalDay>(moment(std::string(text) + "T00:00:00Z").seconds() / 86'400);
}
std::string told(std::optional<Instant> at) { return at ? to_rfc3339(*at) : "null"; }

/// An entry of New York's 585 that agreed to everything in writing.
ContactFacts facts_at(std::string_view at, Purpose purpose = Purpose::care) {
  ContactFacts facts{.channel = Channel::call,
                     .purpose = purpose,
                     .at = moment(at),
                     .number = TenDigits::parse("5852984455").value()};
  facts.entries.push_back({.consent = ConsentStanding{ConsentStatus::granted, ConsentBasis::written,
                                                      moment("2020-01-01T00:00:00Z"), std::nullopt}});
  return facts;
}

ContactPolicy with_window(std::string_view window) {
  auto policy = ContactPolicy::defaults();
  policy.hours.fill(ContactWindow::parse(window).value());
  return policy;
}

Verdict judged(ContactFacts const& facts, ContactPolicy const& policy = ContactPolicy::defaults()) {
  return decide(facts, policy, CallingHours::built_in(), zones_by_law);
}

std::string codes_of(Verdict const& verdict) {
  std::string all;
  for (auto const& reason : verdict.reasons)
    all += (all.empty() ? "" : " ") + std::string(to_string(reason.code));
  return all;
}

TEST(DecisionTime, KnowsWhatTimeItIsThere) {
  constexpr char const* every_day = "mon,tue,wed,thu,fri,sat,sun ";
  struct {
    char const* name;
    char const* zone;
    char const* at;
    std::string window;
    char const* reasons;
    char const* next;   // where refused
    char const* valid;  // where allowed
  } const cases[] = {
      {"the first second", "America/New_York", "2026-11-18T13:00:00Z", every_day + std::string("08:00-21:00"),
       "", "null", "2026-11-18T13:15:00Z"},
      {"the second before", "America/New_York", "2026-11-18T12:59:59Z",
       every_day + std::string("08:00-21:00"), "outside_hours", "2026-11-18T13:00:00Z", "null"},
      {"half a second before", "America/New_York", "2026-11-18T12:59:59.500Z",
       every_day + std::string("08:00-21:00"), "outside_hours", "2026-11-18T13:00:00Z", "null"},
      {"the last second", "America/New_York", "2026-11-19T01:59:59Z", every_day + std::string("08:00-21:00"),
       "", "null", "2026-11-19T02:00:00Z"},
      {"the end", "America/New_York", "2026-11-19T02:00:00Z", every_day + std::string("08:00-21:00"),
       "outside_hours", "2026-11-19T13:00:00Z", "null"},
      {"ten minutes before the end", "America/New_York", "2026-11-19T01:50:00Z",
       every_day + std::string("08:00-21:00"), "", "null", "2026-11-19T02:00:00Z"},

      // 2027-03-14: 02:00 EST is 03:00 EDT, at 07:00Z.
      {"a night of 23 hours", "America/New_York", "2027-03-14T02:00:00Z",
       every_day + std::string("08:00-21:00"), "outside_hours", "2027-03-14T12:00:00Z", "null"},
      {"hours that are left out that night", "America/New_York", "2027-03-14T06:00:00Z",
       every_day + std::string("02:15-02:45"), "outside_hours", "2027-03-15T06:15:00Z", "null"},
      {"hours that are cut short", "America/New_York", "2027-03-14T06:59:00Z",
       every_day + std::string("02:30-03:30"), "outside_hours", "2027-03-14T07:00:00Z", "null"},
      {"hours that go on across the gap", "America/New_York", "2027-03-14T06:50:00Z",
       every_day + std::string("01:00-03:05"), "", "null", "2027-03-14T07:05:00Z"},
      {"hours that end inside the gap", "America/New_York", "2027-03-14T06:50:00Z",
       every_day + std::string("01:00-02:30"), "", "null", "2027-03-14T07:00:00Z"},

      // 2027-11-07: 02:00 EDT is 01:00 EST, at 06:00Z.
      {"a night of 25 hours", "America/New_York", "2027-11-07T02:00:00Z",
       every_day + std::string("08:00-21:00"), "outside_hours", "2027-11-07T13:00:00Z", "null"},
      {"an hour that comes twice, the first", "America/New_York", "2027-11-07T05:20:00Z",
       every_day + std::string("01:15-01:25"), "", "null", "2027-11-07T05:25:00Z"},
      {"between the two", "America/New_York", "2027-11-07T05:25:00Z", every_day + std::string("01:15-01:25"),
       "outside_hours", "2027-11-07T06:15:00Z", "null"},
      {"the second", "America/New_York", "2027-11-07T06:24:00Z", every_day + std::string("01:15-01:25"), "",
       "null", "2027-11-07T06:25:00Z"},
      {"hours that go on into the second", "America/New_York", "2027-11-07T05:55:00Z",
       every_day + std::string("01:00-01:30"), "outside_hours", "2027-11-07T06:00:00Z", "null"},
      {"two o'clock, which comes after both", "America/New_York", "2027-11-07T05:59:00Z",
       every_day + std::string("02:00-03:00"), "outside_hours", "2027-11-07T07:00:00Z", "null"},

      // 2027-04-04: 02:00 is 01:30 again, at 15:00Z of the day before. 2027-10-03: 02:00 is 02:30, at 15:30Z.
      {"half an hour that comes twice", "Australia/Lord_Howe", "2027-04-03T14:50:00Z",
       every_day + std::string("01:30-01:40"), "outside_hours", "2027-04-03T15:00:00Z", "null"},
      {"half an hour that is left out", "Australia/Lord_Howe", "2027-10-02T15:00:00Z",
       every_day + std::string("02:00-02:20"), "outside_hours", "2027-10-03T15:00:00Z", "null"},

      {"a zone of half hours, west", "America/St_Johns", "2026-11-18T11:29:59Z",
       every_day + std::string("08:00-21:00"), "outside_hours", "2026-11-18T11:30:00Z", "null"},
      {"a zone of half hours, east", "Asia/Kolkata", "2026-11-18T15:29:00Z",
       every_day + std::string("08:00-21:00"), "", "null", "2026-11-18T15:30:00Z"},
      {"Arizona has no summer time", "America/Phoenix", "2027-07-01T14:30:00Z",
       every_day + std::string("08:00-21:00"), "outside_hours", "2027-07-01T15:00:00Z", "null"},
      {"the Navajo Nation has", "America/Shiprock", "2027-07-01T14:30:00Z",
       every_day + std::string("08:00-21:00"), "", "null", "2027-07-01T14:45:00Z"},

      {"to midnight and on", "America/New_York", "2026-11-19T04:50:00Z",
       every_day + std::string("00:00-24:00"), "", "null", "2026-11-19T05:05:00Z"},
      {"24:00 ends a day that no other follows", "America/New_York", "2026-11-19T04:50:00Z",
       "mon,tue,wed 00:00-24:00", "", "null", "2026-11-19T05:00:00Z"},
      {"from there to the next one that begins", "America/New_York", "2026-11-19T05:00:00Z",
       "mon,tue,wed 00:00-24:00", "outside_hours", "2026-11-23T05:00:00Z", "null"},
      {"midnight is the first minute of its day", "America/New_York", "2026-11-18T05:00:00Z",
       "wed 00:00-00:01", "", "null", "2026-11-18T05:01:00Z"},
      {"once a week", "America/New_York", "2026-11-18T05:01:00Z", "wed 00:00-00:01", "outside_hours",
       "2026-11-25T05:00:00Z", "null"},
      {"over the weekend", "America/New_York", "2026-11-20T22:00:00Z", "mon,tue,wed,thu,fri 09:00-17:00",
       "outside_hours", "2026-11-23T14:00:00Z", "null"},
      {"leap day", "America/New_York", "2028-02-29T04:00:00Z", "tue 08:00-09:00", "outside_hours",
       "2028-02-29T13:00:00Z", "null"},
      {"the day after leap day", "America/New_York", "2028-03-01T04:59:00Z", "wed 00:00-24:00",
       "outside_hours", "2028-03-01T05:00:00Z", "null"},
      {"New Year", "America/New_York", "2027-01-01T04:59:59Z", "fri 00:00-24:00", "outside_hours",
       "2027-01-01T05:00:00Z", "null"},
  };
  for (auto const& c : cases) {
    auto facts = facts_at(c.at);
    facts.entries[0].timezone = c.zone;
    auto const verdict = judged(facts, with_window(c.window));
    EXPECT_EQ(codes_of(verdict), c.reasons) << c.name;
    EXPECT_EQ(told(verdict.next_allowed_at), c.next) << c.name;
    EXPECT_EQ(told(verdict.valid_until), c.valid) << c.name;
    if (!verdict.allowed()) EXPECT_EQ(told(verdict.reasons[0].until), c.next) << c.name;
    EXPECT_EQ(verdict.zone_source, ZoneSource::person) << c.name;
  }
}

TEST(DecisionTime, KeepsToEachZoneAndEachState) {
  using Change = std::function<void(ContactFacts&, ContactPolicy&)>;
  auto const nothing = [](ContactFacts&, ContactPolicy&) {};
  struct {
    char const* name;
    char const* number;
    Purpose purpose;
    char const* at;
    Change change;
    char const* reasons;
    char const* next;
  } const cases[] = {
      // 850: Chicago and New York, both in Florida (marketing 08:00-20:00).
      {"care at 08:30 and 07:30", "8502984455", Purpose::care, "2026-11-18T13:30:00Z", nothing,
       "outside_hours", "2026-11-18T14:00:00Z"},
      {"care at 09:00 and 08:00", "8502984455", Purpose::care, "2026-11-18T14:00:00Z", nothing, "", "null"},
      {"care at 21:00 and 20:00", "8502984455", Purpose::care, "2026-11-19T02:00:00Z", nothing,
       "outside_hours", "2026-11-19T14:00:00Z"},
      {"marketing at 20:00 and 19:00", "8502984455", Purpose::marketing, "2026-11-19T01:00:00Z", nothing,
       "outside_hours", "2026-11-19T14:00:00Z"},
      {"marketing without states' rules", "8502984455", Purpose::marketing, "2026-11-19T01:00:00Z",
       [](auto&, auto& p) { p.state_rules = false; }, "", "null"},
      {"service knows no state", "8502984455", Purpose::service, "2026-11-19T01:00:00Z", nothing, "", "null"},
      {"the person's zone leaves one", "8502984455", Purpose::care, "2026-11-18T13:30:00Z",
       [](auto& f, auto&) { f.entries[0].timezone = "America/New_York"; }, "", "null"},

      // The person's state and the area code's: the stricter of each wins.
      {"New York's number, Kentucky's person, 09:30", "5852984455", Purpose::marketing,
       "2026-11-18T14:30:00Z", [](auto& f, auto&) { f.entries[0].state = "KY"; }, "outside_hours",
       "2026-11-18T15:00:00Z"},
      {"Florida's number, Kentucky's person, 20:30", "2392984455", Purpose::marketing, "2026-11-19T01:30:00Z",
       [](auto& f, auto&) { f.entries[0].state = "KY"; }, "outside_hours", "2026-11-19T15:00:00Z"},
      {"Florida's number, New York's person, 20:30", "2392984455", Purpose::marketing, "2026-11-19T01:30:00Z",
       [](auto& f, auto&) { f.entries[0].state = "NY"; }, "outside_hours", "2026-11-19T13:00:00Z"},
      {"two people of two states", "5852984455", Purpose::marketing, "2026-11-18T13:30:00Z",
       [](auto& f, auto&) {
         f.entries.push_back(f.entries[0]);
         f.entries[0].state = "FL";
         f.entries[1].state = "KY";
       },
       "outside_hours", "2026-11-18T15:00:00Z"},
      {"states that leave nothing together: RI's Saturday, and a policy of evenings", "4012984455",
       Purpose::marketing, "2026-11-21T20:00:00Z",
       [](auto&, auto& p) { p.hours.fill(*ContactWindow::parse("sat 18:00-21:00")); }, "outside_hours",
       "null"},
      {"an area code of two provinces", "9022984455", Purpose::marketing, "2026-11-18T15:00:00Z", nothing, "",
       "null"},

      // Alabama: nothing on Sundays, nor on holidays. Chicago's clocks.
      {"Sunday in Alabama", "2052984455", Purpose::marketing, "2026-11-22T18:00:00Z", nothing,
       "outside_hours", "2026-11-23T14:00:00Z"},
      {"Thanksgiving in Alabama", "2052984455", Purpose::marketing, "2026-11-26T18:00:00Z", nothing,
       "holiday", "2026-11-27T14:00:00Z"},
      {"care knows no state's holiday", "2052984455", Purpose::care, "2026-11-26T18:00:00Z", nothing, "",
       "null"},
      {"the night before it", "2052984455", Purpose::marketing, "2026-11-26T03:00:00Z", nothing,
       "outside_hours", "2026-11-27T14:00:00Z"},
      {"that night", "2052984455", Purpose::marketing, "2026-11-27T03:00:00Z", nothing,
       "outside_hours holiday", "2026-11-27T14:00:00Z"},
      {"Independence Day on a Sunday is observed on Monday too", "2052984455", Purpose::marketing,
       "2027-07-03T18:00:00Z", nothing, "", "null"},
      {"so that it is Tuesday", "2052984455", Purpose::marketing, "2027-07-04T18:00:00Z", nothing,
       "outside_hours holiday", "2027-07-06T13:00:00Z"},
      // Mississippi: nothing on Sundays, but hours on holidays.
      {"a holiday on a Sunday in Mississippi", "6012984455", Purpose::marketing, "2027-07-04T18:00:00Z",
       nothing, "outside_hours", "2027-07-05T13:00:00Z"},
      // Texas: Sunday from noon.
      {"Sunday morning in Texas", "2142984455", Purpose::marketing, "2026-11-22T17:59:00Z", nothing,
       "outside_hours", "2026-11-22T18:00:00Z"},

      {"a holiday of the policy that has begun in one zone", "8502984455", Purpose::care,
       "2026-11-18T05:30:00Z",
       [](auto&, auto& p) {
         p.holidays = {calendar_day("2026-11-18")};
         p.hours.fill(*ContactWindow::parse("mon,tue,wed,thu,fri,sat,sun 00:00-24:00"));
       },
       "holiday", "2026-11-19T06:00:00Z"},
      {"holidays one after the other, and a weekend", "5852984455", Purpose::care, "2026-12-23T22:30:00Z",
       [](auto&, auto& p) {
         p.holidays = {calendar_day("2026-12-24"), calendar_day("2026-12-25")};
         p.hours.fill(*ContactWindow::parse("mon,tue,wed,thu,fri 09:00-17:00"));
       },
       "outside_hours", "2026-12-28T14:00:00Z"},
      {"holidays as far as one looks", "5852984455", Purpose::care, "2026-11-18T20:00:00Z",
       [](auto&, auto& p) {
         for (int i = 0; i < 15; ++i) p.holidays.push_back(calendar_day("2026-11-18") + i);
       },
       "holiday", "null"},
      {"holidays up to the last minute of that", "5852984455", Purpose::care, "2026-11-18T20:00:00Z",
       [](auto&, auto& p) {
         for (int i = 0; i < 14; ++i) p.holidays.push_back(calendar_day("2026-11-18") + i);
       },
       "holiday", "2026-12-02T13:00:00Z"},

      {"the person's window, on the person's clock", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto&) {
         f.entries[0].timezone = "America/Los_Angeles";
         f.entries[0].contact_window = ContactWindow::parse("wed 09:00-10:00");
       },
       "outside_contact_window", "2026-11-18T17:00:00Z"},
      {"two windows that meet once a week", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto&) {
         f.entries.push_back(f.entries[0]);
         f.entries[0].contact_window = ContactWindow::parse("mon,fri 09:00-12:00");
         f.entries[1].contact_window = ContactWindow::parse("tue,fri 11:00-15:00");
       },
       "outside_contact_window", "2026-11-20T16:00:00Z"},
      {"two windows that never meet", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto&) {
         f.entries.push_back(f.entries[0]);
         f.entries[0].contact_window = ContactWindow::parse("mon 09:00-12:00");
         f.entries[1].contact_window = ContactWindow::parse("tue 09:00-12:00");
       },
       "outside_contact_window", "null"},
      {"two windows that meet across two zones", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto&) {
         f.entries.push_back(f.entries[0]);
         f.entries[0].timezone = "America/Los_Angeles";
         f.entries[0].contact_window = ContactWindow::parse("thu 17:00-18:00");
         f.entries[1].contact_window = ContactWindow::parse("thu 20:00-20:30");
       },
       "outside_contact_window", "2026-11-20T01:00:00Z"},
      {"a window outside the policy's hours", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto&) { f.entries[0].contact_window = ContactWindow::parse("wed 22:00-23:00"); },
       "outside_contact_window", "null"},

      {"attempts that grow old in the night", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto&) { f.attempts.resize(5, moment("2026-11-18T04:00:00Z")); }, "too_many_attempts",
       "2026-11-19T13:00:00Z"},
      {"attempts that grow old by day", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto&) { f.attempts.resize(5, moment("2026-11-17T16:00:00.001Z")); }, "too_many_attempts",
       "2026-11-18T16:00:01Z"},
      {"the fifth newest decides", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto&) {
         f.attempts = {moment("2026-11-18T15:00:00Z"), moment("2026-11-18T14:00:00Z"),
                       moment("2026-11-17T22:00:00Z"), moment("2026-11-17T21:00:00Z"),
                       moment("2026-11-17T20:00:00Z"), moment("2026-11-17T19:00:00Z")};
       },
       "too_many_attempts", "2026-11-18T20:00:00Z"},
      {"of two caps the later", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto& p) {
         p.attempts[0] = {{.max = 1, .hours = 2}, {.max = 2, .hours = 72}};
         f.attempts = {moment("2026-11-18T15:00:00Z"), moment("2026-11-17T18:00:00Z")};
       },
       "too_many_attempts", "2026-11-20T18:00:00Z"},
      {"a cap beyond what is looked for", "5852984455", Purpose::care, "2026-11-18T16:00:00Z",
       [](auto& f, auto& p) {
         p.attempts[0] = {{.max = 1, .hours = 24 * 31}};
         f.attempts = {moment("2026-11-18T15:00:00Z")};
       },
       "too_many_attempts", "null"},

      {"consent that ends in the night", "5852984455", Purpose::marketing, "2026-11-19T03:00:00Z",
       [](auto& f, auto&) { f.entries[0].consent->expires_at = moment("2026-11-19T13:00:00Z"); },
       "outside_hours", "null"},
      {"consent that ends a second later", "5852984455", Purpose::marketing, "2026-11-19T03:00:00Z",
       [](auto& f, auto&) { f.entries[0].consent->expires_at = moment("2026-11-19T13:00:01Z"); },
       "outside_hours", "2026-11-19T13:00:00Z"},
      {"consent to care that begins, and ends, in the night", "5852984455", Purpose::care,
       "2026-11-19T03:00:00Z",
       [](auto& f, auto&) {
         f.entries[0].consent->at = moment("2026-11-19T04:00:00Z");
         f.entries[0].consent->expires_at = moment("2026-11-19T12:00:00Z");
       },
       "outside_hours", "null"},
      {"what is no matter of time has no next", "5852984455", Purpose::care, "2026-11-19T03:00:00Z",
       [](auto& f, auto&) { f.entries[0].do_not_call = true; }, "do_not_call outside_hours", "null"},
  };
  for (auto const& c : cases) {
    auto facts = facts_at(c.at, c.purpose);
    facts.number = TenDigits::parse(c.number).value();
    auto policy = ContactPolicy::defaults();
    c.change(facts, policy);
    auto const verdict = judged(facts, policy);
    EXPECT_EQ(codes_of(verdict), c.reasons) << c.name;
    EXPECT_EQ(told(verdict.next_allowed_at), c.next) << c.name;
  }
}

TEST(DecisionTime, TellsWhereItsZonesAreFrom) {
  auto facts = facts_at("2026-11-18T20:00:00Z");
  facts.number = TenDigits::parse("8502984455").value();
  auto verdict = judged(facts);
  EXPECT_EQ(verdict.timezones, (std::vector<std::string>{"America/Chicago", "America/New_York"}));
  EXPECT_EQ(verdict.zone_source, ZoneSource::area_code);

  facts.entries.push_back(facts.entries[0]);
  facts.entries[1].timezone = "America/New_York";
  verdict = judged(facts);
  EXPECT_EQ(verdict.timezones, (std::vector<std::string>{"America/Chicago", "America/New_York"}));
  EXPECT_EQ(verdict.zone_source, ZoneSource::area_code);

  facts.entries[0].timezone = "Asia/Kolkata";
  verdict = judged(facts);
  EXPECT_EQ(verdict.timezones, (std::vector<std::string>{"Asia/Kolkata", "America/New_York"}));
  EXPECT_EQ(verdict.utc_offsets, (std::vector{std::chrono::seconds(19'800), std::chrono::seconds(-18'000)}));
  EXPECT_EQ(verdict.zone_source, ZoneSource::person);

  for (auto& entry : facts.entries) entry.timezone = "Nowhere";
  verdict = judged(facts);
  EXPECT_TRUE(verdict.timezones.empty());
  EXPECT_EQ(verdict.zone_source, std::nullopt);

  // Where it blocks nothing it is told all the same.
  verdict = judged(facts_at("2026-11-18T03:00:00Z", Purpose::emergency));
  EXPECT_TRUE(verdict.allowed());
  EXPECT_EQ(verdict.timezones, std::vector<std::string>{"America/New_York"});
}

TEST(DecisionTime, FollowsAPersonWhoMoves) {
  // The forecast: 20:30 in New York on the day of the call.
  auto facts = facts_at("2026-11-19T01:30:00Z");
  facts.entries[0].timezone = "America/New_York";
  EXPECT_TRUE(judged(facts).allowed());
  // In between they moved to Newfoundland, and it is 22:00 where they are.
  facts.entries[0].timezone = "America/St_Johns";
  auto const verdict = judged(facts);
  EXPECT_EQ(codes_of(verdict), "outside_hours");
  EXPECT_EQ(told(verdict.next_allowed_at), "2026-11-19T11:30:00Z");
}

TEST(DecisionTime, HoldsNoLongerThanWhatItRestsOn) {
  using Change = std::function<void(ContactFacts&, ContactPolicy&)>;
  struct {
    char const* name;
    Purpose purpose;
    char const* at;
    Change change;
    char const* valid;
  } const cases[] = {
      {"a quarter of an hour", Purpose::care, "2026-11-18T20:00:00Z", [](auto&, auto&) {},
       "2026-11-18T20:15:00Z"},
      {"the policy's hours", Purpose::care, "2026-11-19T01:55:00Z", [](auto&, auto&) {},
       "2026-11-19T02:00:00Z"},
      {"which an emergency does not ask", Purpose::emergency, "2026-11-19T01:55:00Z", [](auto&, auto&) {},
       "2026-11-19T02:10:00Z"},
      {"the person's window", Purpose::care, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].contact_window = ContactWindow::parse("wed 14:00-15:07"); },
       "2026-11-18T20:07:00Z"},
      {"the state's hours", Purpose::marketing, "2026-11-18T22:50:00Z",
       [](auto& f, auto&) { f.entries[0].state = "RI"; }, "2026-11-18T23:00:00Z"},
      {"written consent", Purpose::marketing, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].consent->expires_at = moment("2026-11-18T20:00:30Z"); },
       "2026-11-18T20:00:30Z"},
      {"consent to care, where it was given for a time", Purpose::care, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].consent->expires_at = moment("2026-11-18T20:14:59Z"); },
       "2026-11-18T20:14:59Z"},
      {"no consent, for a verification", Purpose::verification, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].consent->expires_at = moment("2026-11-18T20:14:59Z"); },
       "2026-11-18T20:15:00Z"},
      {"the day before a holiday", Purpose::care, "2026-11-19T04:55:00Z",
       [](auto&, auto& p) {
         p.hours.fill(*ContactWindow::parse("mon,tue,wed,thu,fri,sat,sun 00:00-24:00"));
         p.holidays = {calendar_day("2026-11-19")};
       },
       "2026-11-19T05:00:00Z"},
  };
  for (auto const& c : cases) {
    auto facts = facts_at(c.at, c.purpose);
    auto policy = ContactPolicy::defaults();
    c.change(facts, policy);
    auto const verdict = judged(facts, policy);
    EXPECT_EQ(codes_of(verdict), "") << c.name;
    EXPECT_EQ(told(verdict.valid_until), c.valid) << c.name;
  }
}

TEST(DecisionTime, SaysWhenTheWindowCloses) {
  using Change = std::function<void(ContactFacts&, ContactPolicy&)>;
  struct {
    char const* name;
    Purpose purpose;
    char const* at;
    Change change;
    char const* open_until;
  } const cases[] = {
      {"the policy's hours", Purpose::care, "2026-11-18T20:00:00Z", [](auto&, auto&) {},
       "2026-11-19T02:00:00Z"},
      {"the person's window", Purpose::care, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].contact_window = ContactWindow::parse("wed 14:00-17:30"); },
       "2026-11-18T22:30:00Z"},
      {"the state's hours", Purpose::marketing, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].state = "RI"; }, "2026-11-18T23:00:00Z"},
      {"a holiday, where days follow one another", Purpose::care, "2026-11-18T20:00:00Z",
       [](auto&, auto& p) {
         p.hours.fill(*ContactWindow::parse("mon,tue,wed,thu,fri,sat,sun 00:00-24:00"));
         p.holidays = {calendar_day("2026-11-21")};
       },
       "2026-11-21T05:00:00Z"},
      {"consent", Purpose::marketing, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].consent->expires_at = moment("2026-11-18T21:00:30Z"); },
       "2026-11-18T21:00:30Z"},
      {"never, as far as one looks", Purpose::care, "2026-11-18T20:00:00Z",
       [](auto&, auto& p) { p.hours.fill(*ContactWindow::parse("mon,tue,wed,thu,fri,sat,sun 00:00-24:00")); },
       "2026-12-02T20:00:00Z"},
      {"an emergency asks no clock", Purpose::emergency, "2026-11-18T20:00:00Z", [](auto&, auto&) {},
       "2026-12-02T20:00:00Z"},
      {"what is refused is not open", Purpose::care, "2026-11-19T03:00:00Z", [](auto&, auto&) {}, "null"},
  };
  for (auto const& c : cases) {
    auto facts = facts_at(c.at, c.purpose);
    auto policy = ContactPolicy::defaults();
    c.change(facts, policy);
    EXPECT_EQ(told(judged(facts, policy).open_until), c.open_until) << c.name;
  }
}

TEST(DecisionTime, SaysItInWords) {
  using Change = std::function<void(ContactFacts&, ContactPolicy&)>;
  struct {
    Purpose purpose;
    Channel channel;
    char const* at;
    Change change;
    char const* message;
  } const cases[] = {
      {Purpose::care, Channel::call, "2026-11-26T02:40:00Z", [](auto&, auto&) {},
       "it is 21:40 where they are; calls for care are allowed from 08:00 to 21:00"},
      {Purpose::service, Channel::text, "2026-11-26T02:40:00Z",
       [](auto& f, auto&) { f.number = TenDigits::parse("8502984455").value(); },
       "it is 20:40 and 21:40 where they are; texts for service are allowed from 08:00 to 21:00"},
      {Purpose::care, Channel::call, "2026-11-22T15:00:00Z",
       [](auto&, auto& p) { p.hours.fill(*ContactWindow::parse("mon,tue,fri 09:00-17:00")); },
       "it is 10:00 on Sunday where they are; calls for care are allowed on mon, tue and fri from 09:00 to "
       "17:00"},
      {Purpose::marketing, Channel::call, "2026-11-22T16:30:00Z",
       [](auto& f, auto&) { f.entries[0].state = "TX"; },
       "it is 11:30 on Sunday where they are; calls for marketing are allowed in TX from 12:00 to 21:00 on a "
       "Sunday"},
      {Purpose::marketing, Channel::text, "2026-11-23T02:30:00Z",
       [](auto& f, auto&) { f.entries[0].state = "LA"; },
       "it is 21:30 on Sunday where they are; texts for marketing are allowed from 08:00 to 21:00 and in LA "
       "not at all on a Sunday"},
      {Purpose::marketing, Channel::call, "2026-11-26T13:30:00Z",
       [](auto& f, auto&) { f.entries[0].state = "CT"; },
       "it is 08:30 on Thursday where they are; calls for marketing are allowed in CT from 09:00 to 20:00 on "
       "this holiday"},
      {Purpose::marketing, Channel::call, "2026-11-26T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].state = "AL"; },
       "2026-11-26 is a holiday; calls for marketing are not allowed then in AL"},
      {Purpose::care, Channel::text, "2026-12-25T20:00:00Z",
       [](auto&, auto& p) { p.holidays = {calendar_day("2026-12-25")}; },
       "2026-12-25 is a holiday; texts for care are not allowed then"},
      {Purpose::care, Channel::call, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].contact_window = ContactWindow::parse("mon,tue 09:00-18:00"); },
       "it is 15:00 on Wednesday where they are; they want to be reached on mon and tue from 09:00 to 18:00"},
      {Purpose::marketing, Channel::call, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.attempts.resize(3, f.at); },
       "no more than 3 attempts in 24 hours for marketing are allowed, and there were as many"},
      {Purpose::marketing, Channel::call, "2026-11-18T20:00:00Z",
       [](auto& f, auto&) { f.entries[0].consent->basis = ConsentBasis::verbal; },
       "calls for marketing need written consent; what was given is verbal"},
  };
  for (auto const& c : cases) {
    auto facts = facts_at(c.at, c.purpose);
    facts.channel = c.channel;
    facts.national_list_as_of = calendar_day("2026-11-10");
    auto policy = ContactPolicy::defaults();
    c.change(facts, policy);
    auto const verdict = judged(facts, policy);
    ASSERT_EQ(verdict.reasons.size(), 1u) << c.message;
    EXPECT_EQ(verdict.reasons[0].message, c.message);
  }
}

}  // namespace
}  // namespace linebook
