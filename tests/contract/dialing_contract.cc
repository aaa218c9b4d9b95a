// Dial lists, from their making to their end, on every store: whom they give out, how entries go on, and what
// Linebook's own dialing keeps to.
#include <gmock/gmock.h>

#include <mutex>
#include <set>

#include "app/dialing/dial_export.h"
#include "app/dialing/dial_lists.h"
#include "app/dialing/dial_next.h"
#include "app/dialing/entry_outcomes.h"
#include "app/dialing/plan_entries.h"
#include "app/dialing/take_entries.h"
#include "app/dialing/weigh_entry.h"
#include "contract/store_contract.h"
#include "fakes/made_up_time_zones.h"
#include "fakes/many_at_once.h"
#include "fakes/plain_secrets.h"

namespace linebook::contract {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class NobodyListed final : public DoNotCallLists {
 public:
  ListAnswers look_up(TenDigits const&) const override { return {}; }
  std::vector<DoNotCallList> loaded() const override { return {}; }
  std::vector<std::string> troubles() const override { return {}; }
};

/// It is 16:20 in New York, 15:20 in Chicago, 13:20 in Los Angeles: everybody may be called.
constexpr Instant afternoon = noon;
constexpr hours until_night{8};

class DialingContract : public StoreContract {
 protected:
  DialingContract() { policies_.simulator = true; }

  Context at(Instant now) { return {home, "key_1", ids.next("req_", now), now, ids, secrets_, policies_}; }
  ReachRules rules() { return {nobody_listed_, zones_, hours_, policies_}; }

  PersonRef person(std::string const& id, std::string_view number, char const* zone = "America/New_York") {
    PersonRef const ref{PersonType::patient, {id}};
    write([&](Transaction& tx) {
      auto who = patient(id);
      who.timezone = zone;
      tx.people().insert(home, who);
      tx.contact_numbers().insert(home, number_of(ref, number));
    });
    return ref;
  }
  std::vector<PersonRef> people(int count) {
    std::vector<PersonRef> all;
    for (int i = 0; i < count; ++i) {
      auto const id = std::to_string(i);
      all.push_back(person("pat_" + id, "585298" + std::string(4 - id.size(), '0') + id));
    }
    return all;
  }
  static CreateDialList calling(std::vector<PersonRef> whom) {
    CreateDialList command;
    command.list.name = "Reminders";
    command.list.phone_types = {PhoneType::cell, PhoneType::home};
    command.people = std::move(whom);
    return command;
  }
  DialList make(CreateDialList const& command, Instant now = afternoon) {
    auto const ctx = at(now);
    return write_and_wait(store(), [&](Transaction& tx) { return create_dial_list(tx, ctx, command); })
        .value();
  }
  TakenEntries take(DialList const& list, std::int64_t count, Instant now = afternoon,
                    seconds lease = default_lease) {
    auto const ctx = at(now);
    auto const needed = rules();
    return write_and_wait(store(),
                          [&](Transaction& tx) {
                            return take_entries(tx, ctx, needed, list.id, {.count = count, .lease = lease});
                          })
        .value();
  }
  static std::vector<std::string> whom(TakenEntries const& taken) {
    std::vector<std::string> ids;
    for (auto const& one : taken.entries) ids.push_back(one.entry.person.id.value);
    return ids;
  }
  Result<DialEntry> tell(DialEntry const& entry, Outcome outcome, Instant now) {
    auto const ctx = at(now);
    return write_and_wait(store(), [&](Transaction& tx) {
      return tell_entry_outcome(tx, ctx, entry.list, entry.id, {.outcome = outcome});
    });
  }
  void change(DialList const& list, DialListChange what) {
    auto const ctx = at(afternoon);
    ASSERT_TRUE(
        write_and_wait(store(), [&](Transaction& tx) { return change_dial_list(tx, ctx, list.id, what); }));
  }
  DialEntry entry_of(DialList const& list, std::string const& person) {
    return read([&](Transaction const& tx) {
      for (auto& entry : tx.dial_entries().page(home, list.id, {}, 1000))
        if (entry.person.id.value == person) return entry;
      return DialEntry{};
    });
  }
  DialList seen(DialList const& list) {
    return read([&](Transaction const& tx) { return tx.dial_lists().look_at(home, list.id).value(); });
  }
  /// Whatever the planner has to do, as long as there is something.
  void plan(DialList const& list, Instant now) {
    auto const needed = rules();
    DialPlan const plan{store(), needed, "node_1"};
    for (bool more = true; more;) {
      more = false;
      for (auto* step : {fill_list, weigh_due_entries, settle_calls, finish_list}) {
        auto const progress = step(plan, at(now), seen(list));
        ASSERT_TRUE(progress) << progress.error().message;
        more |= *progress == PlanProgress::more_to_do;
      }
    }
  }

  /// A line that calls through the simulator, and an agent that speaks.
  CreateDialList dialed(std::vector<PersonRef> whom) {
    Line line;
    line.id = {ids.next("pn_", noon)};
    line.phone_number = "+12125550142";
    line.holding = PiaHolding{};
    line.created_at = line.updated_at = noon;
    Agent agent;
    agent.id = {"front-desk"};
    agent.answer = AgentAnswer{AnswerType::stream, "wss://agents.example.com/1"};
    write([&](Transaction& tx) {
      tx.agents().insert(home, agent);
      tx.lines().insert(home, line);
    });
    auto command = calling(std::move(whom));
    command.list.dialer = Dialer::linebook;
    command.list.lines = {line.id};
    command.list.ai_agent = agent.id;
    return command;
  }
  DialStep dial(DialList const& list, Instant now) {
    auto const ctx = at(now);
    auto const needed = rules();
    return write_and_wait(store(),
                          [&](Transaction& tx) -> Result<DialStep> {
                            return dial_next(tx, ctx, needed, list.id, "node_1");
                          })
        .value();
  }
  void end_call(CallId const& id, CallStatus status) {
    write([&](Transaction& tx) {
      auto call = tx.calls().find(home, id).value();
      call.status = status;
      tx.calls().update(home, call);
    });
  }

 private:
  fakes::PlainSecrets secrets_;
  fakes::MadeUpTimeZones zones_;
  NobodyListed nobody_listed_;
  CallingHoursInForce hours_;
  Policies policies_;
};

LINEBOOK_EVERY_STORE(DialingContract);

TEST_P(DialingContract, GivesOutWhoseWindowClosesFirst) {
  auto const list =
      make(calling({person("west", "4152984455", "America/Los_Angeles"), person("east", "5852984455"),
                    person("middle", "3122984455", "America/Chicago")}));
  auto const first = take(list, 2);
  EXPECT_THAT(whom(first), ElementsAre("east", "middle"));
  EXPECT_EQ(first.next_allowed_at, std::nullopt);
  for (auto const& one : first.entries) {
    EXPECT_TRUE(one.decision.verdict.allowed());
    EXPECT_TRUE(read([&](Transaction const& tx) { return tx.decisions().find(home, *one.decision.id); }));
    EXPECT_EQ(one.entry.turn_at, afternoon + default_lease);
    EXPECT_EQ(one.name, "John Doe");
  }
  EXPECT_THAT(whom(take(list, 5)), ElementsAre("west"));
  auto const none = take(list, 5);
  EXPECT_THAT(none.entries, IsEmpty());
  EXPECT_EQ(none.next_allowed_at, afternoon + default_lease);  // where leases run out
}

TEST_P(DialingContract, ALeaseThatRunsOutGivesTheEntryBackAndCountsNoAttempt) {
  auto const list = make(calling(people(1)));
  for (int i = 0; i < 8; ++i) {  // more than any cap
    auto const now = afternoon + seconds(10 * i);
    auto const taken = take(list, 1, now, seconds(5));
    ASSERT_THAT(taken.entries, SizeIs(1)) << i;
    EXPECT_EQ(taken.entries[0].entry.attempts, 0);
    EXPECT_THAT(take(list, 1, now + seconds(4)).entries, IsEmpty());
  }
}

TEST_P(DialingContract, ManyTakersNeverGetOnePersonTwice) {
  auto const everybody = people(60);
  DialList const lists[] = {make(calling(everybody)), make(calling(everybody))};
  std::mutex mutex;
  std::multiset<std::string> given;
  fakes::at_once(8, [&](int taker) {
    for (int turn = 0; turn < 40; ++turn) {
      auto const taken = take(lists[(taker + turn) % 2], 3);
      std::lock_guard lock(mutex);
      for (auto const& one : taken.entries) given.insert(one.entry.person.id.value);
    }
  });
  EXPECT_EQ(given.size(), std::set(given.begin(), given.end()).size());
  // Some may have been passed over because another held them just then: they wait their moment.
  for (auto const& list : lists)
    for (auto const& name : whom(take(list, 100, afternoon + seconds(60)))) given.insert(name);
  EXPECT_EQ(given.size(), 60u);
}

TEST_P(DialingContract, ANumberThatTwoShareIsGivenOutOnceAtATime) {
  auto const list = make(calling({person("mother", "5852984455"), person("father", "5852984455")}));
  auto const first = take(list, 2);
  ASSERT_THAT(first.entries, SizeIs(1));
  EXPECT_THAT(take(list, 2, afternoon + seconds(20)).entries, IsEmpty());
  ASSERT_TRUE(tell(first.entries[0].entry, Outcome::answered, afternoon + seconds(25)));
  EXPECT_THAT(take(list, 2, afternoon + seconds(60)).entries, SizeIs(1));
}

TEST_P(DialingContract, AnOutcomeSaysWhereTheEntryGoesOn) {
  auto const list = make(calling(people(1)));
  auto now = afternoon;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    auto const taken = take(list, 1, now);
    ASSERT_THAT(taken.entries, SizeIs(1)) << attempt;
    auto const told = tell(taken.entries[0].entry, Outcome::busy, now + seconds(30));
    ASSERT_TRUE(told) << told.error().message;
    EXPECT_EQ(told->attempts, attempt);
    auto const again = tell(taken.entries[0].entry, Outcome::busy, now + seconds(31));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::conflict);
    EXPECT_THAT(take(list, 1, now + seconds(60)).entries, IsEmpty());
    now = now + std::chrono::minutes(16);
  }
  auto const entry = entry_of(list, "pat_0");
  EXPECT_EQ(entry.state, DialEntryState::done);
  EXPECT_EQ(entry.reason, "max_attempts");
  plan(list, now);
  EXPECT_EQ(seen(list).status, DialListStatus::finished);
}

TEST_P(DialingContract, AttemptsThatAreToldReachThePolicysCaps) {
  auto command = calling(people(1));
  command.list.max_attempts = 20;
  auto const list = make(command);
  auto now = afternoon;
  for (int i = 0; i < 5; ++i) {  // care: 5 in 24 hours
    auto const taken = take(list, 1, now);
    ASSERT_THAT(taken.entries, SizeIs(1)) << i;
    ASSERT_TRUE(tell(taken.entries[0].entry, Outcome::busy, now));
    now = now + std::chrono::minutes(16);
  }
  EXPECT_THAT(take(list, 1, now).entries, IsEmpty());
  EXPECT_EQ(entry_of(list, "pat_0").reason, "too_many_attempts");
}

TEST_P(DialingContract, ADoNotCallLeavesThePersonsOtherNumber) {
  auto const who = person("pat_0", "5852984455");
  write([&](Transaction& tx) {
    tx.contact_numbers().insert(home, number_of(who, "5852984456", PhoneType::home));
  });
  auto const list = make(calling({who}));
  auto const cell = take(list, 1);
  ASSERT_THAT(cell.entries, SizeIs(1));
  EXPECT_EQ(cell.entries[0].entry.number, digits("5852984455"));
  ASSERT_TRUE(tell(cell.entries[0].entry, Outcome::do_not_call, afternoon));
  auto const other_one = take(list, 1);
  ASSERT_THAT(other_one.entries, SizeIs(1));
  EXPECT_EQ(other_one.entries[0].entry.number, digits("5852984456"));
  ASSERT_TRUE(tell(other_one.entries[0].entry, Outcome::do_not_call, afternoon));
  EXPECT_THAT(take(list, 1).entries, IsEmpty());
  EXPECT_EQ(entry_of(list, "pat_0").reason, "do_not_call");
}

TEST_P(DialingContract, WhoIsRefusedForGoodIsBlockedAndWhoIsNotWaits) {
  auto const list = make(calling(
      {person("suppressed", "5852984455"), person("asleep", "5852984456"), person("without", "5852984457")}));
  write([&](Transaction& tx) {
    Suppression asked{.number = digits("5852984455"), .created_at = noon, .updated_at = noon};
    asked.of(Channel::call) = SuppressedChannel{"asked", noon};
    tx.suppressions().save(home, asked);
    auto const numbers = tx.contact_numbers().of_person(home, {PersonType::patient, {"without"}}, 1);
    tx.contact_numbers().remove(home, numbers[0], noon);
  });
  auto const night = afternoon + until_night;
  auto const none = take(list, 10, night);
  EXPECT_THAT(none.entries, IsEmpty());
  EXPECT_EQ(entry_of(list, "suppressed").state, DialEntryState::blocked);
  EXPECT_EQ(entry_of(list, "suppressed").reason, "opted_out");
  EXPECT_EQ(entry_of(list, "without").reason, no_number_reason);
  auto const asleep = entry_of(list, "asleep");
  EXPECT_EQ(asleep.state, DialEntryState::waiting);
  EXPECT_EQ(asleep.reason, "outside_hours");
  EXPECT_EQ(none.next_allowed_at, asleep.turn_at);
  EXPECT_THAT(whom(take(list, 10, asleep.turn_at)), ElementsAre("asleep"));
}

TEST_P(DialingContract, GivesNobodyOutWhereItDoesNotRun) {
  auto command = calling(people(2));
  command.list.starts_at = afternoon + seconds(10);
  command.list.ends_at = afternoon + seconds(100);
  auto const list = make(command);
  auto const early = take(list, 1);
  EXPECT_EQ(early.reason, NothingGivenOut::not_started);
  EXPECT_EQ(early.next_allowed_at, command.list.starts_at);
  EXPECT_THAT(take(list, 1, afternoon + seconds(10)).entries, SizeIs(1));
  EXPECT_EQ(take(list, 1, afternoon + seconds(100)).reason, NothingGivenOut::finished);
  change(list, DialListChange::pause);
  EXPECT_EQ(take(list, 1, afternoon + seconds(20)).reason, NothingGivenOut::paused);
  change(list, DialListChange::resume);
  EXPECT_THAT(take(list, 1, afternoon + seconds(20)).entries, SizeIs(1));
  change(list, DialListChange::stop);
  EXPECT_EQ(take(list, 1, afternoon + seconds(20)).reason, NothingGivenOut::stopped);
}

TEST_P(DialingContract, AFilterIsFollowedToItsEnd) {
  people(30);
  write([&](Transaction& tx) {
    auto who = doctor("doc_1");
    tx.people().insert(home, who);
    tx.contact_numbers().insert(home, number_of(who.ref, "5852987777"));
    // A second number makes no second entry.
    tx.contact_numbers().insert(home, number_of({PersonType::patient, {"pat_3"}}, "5852987778"));
  });
  auto command = calling({});
  command.list.filter = DialFilter{.person_type = PersonType::patient, .phone_type = PhoneType::cell};
  auto const list = make(command);
  EXPECT_TRUE(list.filling);
  plan(list, afternoon);
  EXPECT_FALSE(seen(list).filling);
  EXPECT_EQ(seen(list).entries, 30);
  auto const counts = read([&](Transaction const& tx) { return tx.dial_entries().counts(home, list.id); });
  ASSERT_THAT(counts, SizeIs(1));
  EXPECT_EQ(counts[0].state, DialEntryState::ready);
  EXPECT_EQ(counts[0].entries, 30);
}

TEST_P(DialingContract, ThePlannerFollowsTheClock) {
  auto const list = make(calling(people(3)));
  plan(list, afternoon);
  EXPECT_EQ(entry_of(list, "pat_0").state, DialEntryState::ready);
  auto const closes = entry_of(list, "pat_0").turn_at;
  plan(list, closes);
  EXPECT_EQ(entry_of(list, "pat_0").state, DialEntryState::waiting);
  EXPECT_EQ(entry_of(list, "pat_0").reason, "outside_hours");
  plan(list, entry_of(list, "pat_0").turn_at);
  EXPECT_EQ(entry_of(list, "pat_0").state, DialEntryState::ready);
}

TEST_P(DialingContract, APersonIsOnceInAList) {
  auto const everybody = people(3);
  auto const list = make(calling({everybody[0], everybody[1], everybody[0]}));
  EXPECT_EQ(list.entries, 2);
  auto const ctx = at(afternoon);
  auto const added = write_and_wait(
      store(), [&](Transaction& tx) { return add_dial_entries(tx, ctx, list.id, {.people = everybody}); });
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(added->added, 1);
  EXPECT_EQ(added->already_listed, 2);
  EXPECT_EQ(seen(list).entries, 3);
}

TEST_P(DialingContract, LinebooksOwnDialingHoldsItsBounds) {
  auto command = dialed(people(4));
  command.list.calls_at_once = 2;
  command.list.calls_per_second = 2;
  auto const list = make(command);
  auto const first = dial(list, afternoon);
  ASSERT_TRUE(first.call);
  EXPECT_EQ(first.look_at, afternoon + std::chrono::milliseconds(500));
  EXPECT_FALSE(dial(list, afternoon + std::chrono::milliseconds(499)).call);
  auto const second = dial(list, afternoon + std::chrono::milliseconds(500));
  ASSERT_TRUE(second.call);
  EXPECT_FALSE(dial(list, afternoon + seconds(5)).call);  // two are under way
  auto const call = read([&](Transaction const& tx) { return tx.calls().find(home, *first.call).value(); });
  EXPECT_EQ(call.dialed_for->list, list.id);
  end_call(*first.call, CallStatus::no_answer);
  plan(list, afternoon + seconds(6));
  auto const entry = read(
      [&](Transaction const& tx) { return *tx.dial_entries().find(home, list.id, call.dialed_for->entry); });
  EXPECT_EQ(entry.state, DialEntryState::waiting);
  EXPECT_EQ(entry.reason, "no_answer");
  EXPECT_EQ(entry.attempts, 1);
  ASSERT_TRUE(dial(list, afternoon + seconds(7)).call);
  end_call(*second.call, CallStatus::completed);
  plan(list, afternoon + seconds(8));
  change(list, DialListChange::pause);
  EXPECT_FALSE(dial(list, afternoon + seconds(9)).call);
  change(list, DialListChange::resume);
  EXPECT_TRUE(dial(list, afternoon + seconds(10)).call);
}

TEST_P(DialingContract, ACallThatNobodyKnowsOfIsNotPlacedAgain) {
  auto const list = make(dialed(people(1)));
  auto const step = dial(list, afternoon);
  ASSERT_TRUE(step.call);
  end_call(*step.call, CallStatus::unknown);
  plan(list, afternoon + seconds(61));
  EXPECT_EQ(entry_of(list, "pat_0").state, DialEntryState::done);
  EXPECT_EQ(entry_of(list, "pat_0").reason, unknown_call_reason);
}

TEST_P(DialingContract, OneNodeDialsAListAtATime) {
  auto const list = make(dialed(people(2)));
  ASSERT_TRUE(dial(list, afternoon).call);
  auto const by_another = [&](Instant now) {
    auto const ctx = at(now);
    auto const needed = rules();
    return write_and_wait(store(),
                          [&](Transaction& tx) -> Result<DialStep> {
                            return dial_next(tx, ctx, needed, list.id, "node_2");
                          })
        .value();
  };
  EXPECT_FALSE(by_another(afternoon + seconds(2)).call);
  end_call(*entry_of(list, "pat_0").call, CallStatus::completed);
  plan(list, afternoon + std::chrono::milliseconds(2100));
  EXPECT_TRUE(by_another(afternoon + seconds(10)).call);  // the first has died
}

TEST_P(DialingContract, AnExportTellsWhatStandsInTheWay) {
  auto const list =
      make(calling({person("open", "5852984455"), person("asleep", "5852984456", "Asia/Kolkata")}));
  auto const exported = [&](DialExportFormat format) {
    auto const needed = rules();
    return read(
        [&](Transaction const& tx) { return export_entries(tx, home, afternoon, needed, list, format, {}); });
  };
  auto const csv = exported(DialExportFormat::csv);
  EXPECT_EQ(csv.written, 2);
  EXPECT_THAT(csv.text, HasSubstr(",open,John Doe,"));
  EXPECT_THAT(csv.text, HasSubstr("false,outside_hours,2025-02-20T02:30:00Z"));
  auto const vicidial = exported(DialExportFormat::vicidial);
  EXPECT_EQ(vicidial.written, 1);
  EXPECT_THAT(vicidial.text, HasSubstr(",1,5852984455,,John,,Doe,"));
}

}  // namespace
}  // namespace linebook::contract
