// Which of a person's numbers is called, and what an attempt leaves behind.
#include "domain/dialing/dial_list.h"

#include <gtest/gtest.h>

#include <functional>

namespace linebook {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

ContactNumber number(std::string id, PhoneType type) {
  return {.id = {std::move(id)},
          .person = {PersonType::patient, {"pat_1"}},
          .number = TenDigits::parse("5852984455").value(),
          .phone_type = type,
          .created_at = Instant::from_seconds(1000),
          .updated_at = Instant::from_seconds(1000)};
}

ContactNumber with(ContactNumber n, std::function<void(ContactNumber&)> const& change) {
  change(n);
  return n;
}

TEST(NumbersInTurn, TakesTheFirstTypeThenPrimaryThenVerifiedThenTheOldest) {
  using Types = std::vector<PhoneType>;
  auto const cell = number("phn_cell", PhoneType::cell), home = number("phn_home", PhoneType::home);
  auto const primary = [](auto& n) { n.primary = true; };
  auto const verified = [](auto& n) { n.verified = true; };
  auto const older = [](auto& n) { n.created_at = Instant::from_seconds(1); };
  auto const another = number("phn_another", PhoneType::cell);
  struct {
    char const* name;
    std::vector<ContactNumber> numbers;
    Types types;
    std::optional<ContactNumberId> failed;
    char const* chosen;
  } const cases[] = {
      {"nobody has a number", {}, {PhoneType::cell}, {}, ""},
      {"one", {cell}, {PhoneType::cell}, {}, "phn_cell"},
      {"of another type", {home}, {PhoneType::cell}, {}, ""},
      {"the first type", {home, cell}, {PhoneType::cell, PhoneType::home}, {}, "phn_cell"},
      {"in the list's order", {cell, home}, {PhoneType::home, PhoneType::cell}, {}, "phn_home"},
      {"the type stands above primary",
       {with(home, primary), cell},
       {PhoneType::cell, PhoneType::home},
       {},
       "phn_cell"},
      {"primary before others", {cell, with(another, primary)}, {PhoneType::cell}, {}, "phn_another"},
      {"primary before verified",
       {with(cell, verified), with(another, primary)},
       {PhoneType::cell},
       {},
       "phn_another"},
      {"verified before unverified",
       {with(cell, older), with(another, verified)},
       {PhoneType::cell},
       {},
       "phn_another"},
      {"the oldest", {another, with(cell, older)}, {PhoneType::cell}, {}, "phn_cell"},
      {"else by id", {cell, another}, {PhoneType::cell}, {}, "phn_another"},
      {"never one that somebody else answers",
       {with(cell, [](auto& n) { n.wrong_number_at = Instant{1}; })},
       {PhoneType::cell},
       {},
       ""},
      {"nor one that is not to be called, though it is primary",
       {with(cell,
             [](auto& n) {
               n.do_not_call = true;
               n.primary = true;
             }),
        home},
       {PhoneType::cell, PhoneType::home},
       {},
       "phn_home"},
      {"that takes no texts may be called",
       {with(cell, [](auto& n) { n.undeliverable_at = Instant{1}; })},
       {PhoneType::cell},
       {},
       "phn_cell"},
      {"the one that failed last comes last",
       {with(cell, primary), home},
       {PhoneType::cell, PhoneType::home},
       cell.id,
       "phn_home"},
      {"but is there where no other is", {cell}, {PhoneType::cell}, cell.id, "phn_cell"},
  };
  for (auto const& c : cases) {
    auto const turns = numbers_in_turn(c.numbers, c.types, c.failed);
    EXPECT_EQ(turns.empty() ? std::string() : turns.front()->id.value, c.chosen) << c.name;
  }
}

TEST(AfterOutcome, IsDoneOrWaitsForTheNextAttempt) {
  auto const now = Instant::from_seconds(1'000'000);
  DialList list;
  list.max_attempts = 3;
  list.retry_after = {hours(4), minutes(15), hours(24)};
  struct {
    char const* name;
    int attempts;  // before
    Outcome outcome;
    DialEntryState state;
    char const* reason;
    std::chrono::seconds pause;
  } const cases[] = {
      {"reached", 0, Outcome::answered, DialEntryState::done, "", {}},
      {"reached at the last attempt", 2, Outcome::answered, DialEntryState::done, "", {}},
      {"nobody there", 0, Outcome::no_answer, DialEntryState::waiting, "no_answer", hours(4)},
      {"busy", 1, Outcome::busy, DialEntryState::waiting, "busy", minutes(15)},
      {"a machine", 0, Outcome::voicemail, DialEntryState::waiting, "voicemail", hours(24)},
      {"failed", 0, Outcome::failed, DialEntryState::waiting, "failed", hours(4)},
      {"later, please", 0, Outcome::callback, DialEntryState::waiting, "callback", hours(4)},
      {"somebody else", 0, Outcome::wrong_number, DialEntryState::waiting, "wrong_number", {}},
      {"never on this number", 0, Outcome::do_not_call, DialEntryState::waiting, "do_not_call", {}},
      {"the last attempt", 2, Outcome::no_answer, DialEntryState::done, "max_attempts", {}},
      {"the last attempt, somebody else", 2, Outcome::wrong_number, DialEntryState::done, "max_attempts", {}},
  };
  for (auto const& c : cases) {
    DialEntry entry;
    entry.state = DialEntryState::leased;
    entry.attempts = c.attempts;
    entry.call = CallId{"call_1"};
    entry.decision = DecisionId{"dec_1"};
    auto const after = after_outcome(entry, list, c.outcome, now);
    EXPECT_EQ(after.state, c.state) << c.name;
    EXPECT_EQ(after.reason.value_or(""), c.reason) << c.name;
    EXPECT_EQ(after.turn_at, now + c.pause) << c.name;
    EXPECT_EQ(after.attempts, c.attempts + 1) << c.name;
    EXPECT_EQ(after.outcome, c.outcome) << c.name;
    EXPECT_EQ(after.updated_at, now) << c.name;
    EXPECT_EQ(after.call, entry.call) << c.name;
  }
}

TEST(DialList, IsOpenWhileItRunsAndItsTimeHasCome) {
  auto const at = [](std::int64_t seconds) { return Instant::from_seconds(seconds); };
  DialList list;
  EXPECT_TRUE(gives_out(list, at(0)));
  list.starts_at = at(100);
  list.ends_at = at(200);
  EXPECT_FALSE(gives_out(list, at(99)));
  EXPECT_TRUE(gives_out(list, at(100)));
  EXPECT_TRUE(gives_out(list, at(199)));
  EXPECT_FALSE(gives_out(list, at(200)));
  for (auto status : {DialListStatus::paused, DialListStatus::stopped, DialListStatus::finished}) {
    list.status = status;
    EXPECT_FALSE(gives_out(list, at(150))) << to_string(status);
  }
}

TEST(DialList, CallsKeepTheirDistance) {
  DialList list;
  list.calls_per_second = 4;
  EXPECT_EQ(pause_between_calls(list), std::chrono::milliseconds(250));
  list.calls_per_second = 3;  // never quicker than it says
  EXPECT_EQ(pause_between_calls(list), std::chrono::milliseconds(334));
  list.calls_per_second = 0.1;
  EXPECT_EQ(pause_between_calls(list), std::chrono::seconds(10));
}

TEST(DialList, WritesItsRate) {
  EXPECT_EQ(to_rate_text(0.5), "0.5");
  EXPECT_EQ(to_rate_text(10), "10");
  EXPECT_EQ(to_rate_text(0.1), "0.1");
}

}  // namespace
}  // namespace linebook
