// What every store owes dial lists: a person once in a list, in one list at a time, and entries in the order
// of their turns, each to one who asks.
#include <gmock/gmock.h>

#include <map>
#include <mutex>
#include <set>

#include "contract/store_contract.h"
#include "fakes/many_at_once.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum DialEntryState;

class DialListsContract : public StoreContract {
 protected:
  DialList dial_list(std::string name, Instant created = noon) {
    DialList l;
    l.id = {ids.next("dl_", created)};
    l.name = std::move(name);
    l.phone_types = {PhoneType::cell};
    l.created_at = l.updated_at = created;
    return l;
  }
  DialEntry entry_of(DialListId list, std::string person, DialEntryState state = ready,
                     Instant turn = later(100)) {
    return {.id = {ids.next("de_", noon)},
            .list = std::move(list),
            .person = {PersonType::patient, {std::move(person)}},
            .state = state,
            .turn_at = turn,
            .updated_at = noon};
  }
  void add(DialList const& l) {
    write([&](Transaction& tx) { tx.dial_lists().insert(home, l); });
  }
  DialEntry added(DialEntry const& e) {
    write([&](Transaction& tx) { EXPECT_TRUE(tx.dial_entries().insert(home, e)); });
    return e;
  }
  void update(DialEntry const& e) {
    write([&](Transaction& tx) { tx.dial_entries().update(home, e); });
  }
  static std::vector<std::string> people(std::vector<DialEntry> const& entries) {
    std::vector<std::string> ids;
    for (auto const& e : entries) ids.push_back(e.person.id.value);
    return ids;
  }
  std::vector<std::string> next(DialListId const& list, DialEntryState state, DialTurns turns = {},
                                std::int64_t limit = 10) {
    auto const seen = people(
        read([&](Transaction const& tx) { return tx.dial_entries().next(home, list, state, turns, limit); }));
    write([&](Transaction& tx) {
      EXPECT_EQ(people(tx.dial_entries().next(home, list, state, turns, limit)), seen)
          << "whoever holds them sees the same";
    });
    return seen;
  }
  std::vector<std::string> listed(AccountId account, DialListFilter const& filter,
                                  std::optional<Keyset> const& after = {}, std::int64_t limit = 10) {
    std::vector<std::string> names;
    for (auto const& l :
         read([&](Transaction const& tx) { return tx.dial_lists().list(account, filter, after, limit); }))
      names.push_back(l.name);
    return names;
  }
  std::vector<std::string> matching(AccountId account, DialListId const& list, DialEntryFilter const& filter,
                                    DialEntryId const& after = {}, std::int64_t limit = 10) {
    return people(read([&](Transaction const& tx) {
      return tx.dial_entries().matching(account, list, filter, after, limit);
    }));
  }
  bool is_given_out(std::string person, Instant now) {
    PersonRef const ref{PersonType::patient, {std::move(person)}};
    bool const seen =
        read([&](Transaction const& tx) { return tx.dial_entries().is_given_out(home, ref, now); });
    write([&](Transaction& tx) { EXPECT_EQ(tx.dial_entries().is_given_out(home, ref, now), seen); });
    return seen;
  }
};

LINEBOOK_EVERY_STORE(DialListsContract);

TEST_P(DialListsContract, KeepsEveryFieldOfAList) {
  auto l = dial_list("Flu shots");
  l.purpose = Purpose::marketing;
  l.lines = {{"pn_1"}, {"pn_2"}};
  l.phone_types = {PhoneType::home, PhoneType::cell};
  l.max_attempts = 7;
  l.retry_after = {std::chrono::seconds(1), std::chrono::seconds(2), std::chrono::seconds(3)};
  l.starts_at = later(10);
  l.ends_at = later(20);
  l.dialer = Dialer::linebook;
  l.calls_at_once = 12;
  l.calls_per_second = 0.1;
  l.ai_agent = AgentId{"desk"};
  l.voicemail = Voicemail::leave;
  l.filter = DialFilter{.person_type = PersonType::doctor,
                        .text = "O\"Neill",
                        .phone_type = PhoneType::other,
                        .verified = true,
                        .state = "NY"};
  l.filling = true;
  add(l);
  l.status = DialListStatus::paused;
  l.filled_up_to = "doc_17";
  l.entries = 1'000'000;
  l.updated_at = later(1);
  l.lease = "node 1";
  l.lease_until = later(2);
  l.next_call_at = later(3);
  l.calls_placed = 4;
  write([&](Transaction& tx) { tx.dial_lists().update(home, l); });
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.dial_lists().look_at(other, l.id); }));
  write([&](Transaction& tx) {
    auto const kept = tx.dial_lists().find(home, l.id);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->name, "Flu shots");
    EXPECT_EQ(kept->purpose, Purpose::marketing);
    EXPECT_EQ(kept->lines, l.lines);
    EXPECT_EQ(kept->phone_types, l.phone_types);
    EXPECT_EQ(kept->max_attempts, 7);
    EXPECT_EQ(kept->retry_after, l.retry_after);
    EXPECT_EQ(kept->starts_at, later(10));
    EXPECT_EQ(kept->ends_at, later(20));
    EXPECT_EQ(kept->dialer, Dialer::linebook);
    EXPECT_EQ(kept->calls_at_once, 12);
    EXPECT_EQ(kept->calls_per_second, 0.1);
    EXPECT_EQ(kept->ai_agent, l.ai_agent);
    EXPECT_EQ(kept->voicemail, Voicemail::leave);
    ASSERT_TRUE(kept->filter);
    EXPECT_EQ(kept->filter->person_type, PersonType::doctor);
    EXPECT_EQ(kept->filter->text, "O\"Neill");
    EXPECT_EQ(kept->filter->phone_type, PhoneType::other);
    EXPECT_EQ(kept->filter->verified, true);
    EXPECT_EQ(kept->filter->state, "NY");
    EXPECT_EQ(kept->status, DialListStatus::paused);
    EXPECT_EQ(kept->filled_up_to, "doc_17");
    EXPECT_TRUE(kept->filling);
    EXPECT_EQ(kept->entries, 1'000'000);
    EXPECT_EQ(kept->created_at, noon);
    EXPECT_EQ(kept->updated_at, later(1));
    EXPECT_EQ(kept->lease, "node 1");
    EXPECT_EQ(kept->lease_until, later(2));
    EXPECT_EQ(kept->next_call_at, later(3));
    EXPECT_EQ(kept->calls_placed, 4);
  });
  auto const bare = dial_list("bare");
  add(bare);
  auto const seen = read([&](Transaction const& tx) { return tx.dial_lists().look_at(home, bare.id); });
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->filter || seen->starts_at || seen->ai_agent || seen->lease || seen->filled_up_to);
}

TEST_P(DialListsContract, ListsNewestFirst) {
  auto const second = dial_list("b", later(2));
  for (auto const& l : {dial_list("a", later(1)), second, dial_list("c", later(3))}) add(l);
  auto const names = [&](std::optional<Keyset> const& after, std::int64_t limit) {
    return listed(home, {}, after, limit);
  };
  EXPECT_THAT(names({}, 10), ElementsAre("c", "b", "a"));
  EXPECT_THAT(names({}, 2), ElementsAre("c", "b"));
  EXPECT_THAT(names(Keyset{second.created_at, second.id.value}, 10), ElementsAre("a"));
}

TEST_P(DialListsContract, ListsThoseOfAStatus) {
  std::vector<DialList> lists;
  for (int i = 0; i < 6; ++i) {
    lists.push_back(dial_list(std::string(1, static_cast<char>('a' + i)), later(i / 2)));
    if (i % 2 == 1) lists.back().status = DialListStatus::paused;
    add(lists.back());
  }
  DialListFilter const running{.status = DialListStatus::running}, paused{.status = DialListStatus::paused};
  EXPECT_THAT(listed(home, running), ElementsAre("e", "c", "a"));
  EXPECT_THAT(listed(home, paused), ElementsAre("f", "d", "b"));
  EXPECT_THAT(listed(home, paused, {}, 2), ElementsAre("f", "d"));
  EXPECT_THAT(listed(home, paused, Keyset{lists[3].created_at, lists[3].id.value}), ElementsAre("b"));
  EXPECT_THAT(listed(home, {.status = DialListStatus::finished}), IsEmpty());
  EXPECT_THAT(listed(other, paused), IsEmpty());
  lists[1].status = DialListStatus::running;
  write([&](Transaction& tx) { tx.dial_lists().update(home, lists[1]); });
  EXPECT_THAT(listed(home, paused), ElementsAre("f", "d"));
}

TEST_P(DialListsContract, TellsWhichListsOfAllAccountsAreAtWork) {
  auto running = dial_list("running"), filling = dial_list("filling"), calling_still = dial_list("calling");
  auto over = dial_list("over");
  filling.status = DialListStatus::paused;
  filling.filling = true;
  calling_still.status = over.status = DialListStatus::stopped;
  for (auto const& l : {running, filling, calling_still, over}) add(l);
  write([&](Transaction& tx) { tx.dial_lists().insert(other, dial_list("elsewhere")); });
  auto last = added(entry_of(calling_still.id, "pat_1", calling));
  added(entry_of(running.id, "pat_2", calling));
  added(entry_of(over.id, "pat_3", leased));
  auto const at_work = [&] {
    std::set<std::pair<std::int64_t, std::string>> found;
    for (auto const& [account, list] :
         read([](Transaction const& tx) { return tx.dial_lists().at_work(); }, ReadCost::long_walk))
      EXPECT_TRUE(found.emplace(account.value, list.name).second) << list.name;
    return found;
  };
  std::set<std::pair<std::int64_t, std::string>> expected{
      {home.value, "running"}, {home.value, "filling"}, {home.value, "calling"}, {other.value, "elsewhere"}};
  EXPECT_EQ(at_work(), expected);
  last.state = done;
  update(last);
  expected.erase({home.value, "calling"});
  EXPECT_EQ(at_work(), expected);
}

TEST_P(DialListsContract, KeepsEveryFieldOfAnEntry) {
  auto const list = dial_list("a");
  add(list);
  auto e = added(entry_of(list.id, "pat_1", waiting, later(7)));
  auto const find = [&](AccountId account) {
    return read([&](Transaction const& tx) { return tx.dial_entries().find(account, list.id, e.id); });
  };
  ASSERT_TRUE(find(home));
  EXPECT_FALSE(find(other));
  EXPECT_FALSE(find(home)->reason || find(home)->outcome || find(home)->phone || find(home)->number ||
               find(home)->decision || find(home)->call);
  e.state = calling;
  e.turn_at = later(8);
  e.attempts = 2;
  e.reason = "busy";
  e.outcome = Outcome::busy;
  e.phone = ContactNumberId{"phn_1"};
  e.number = digits("5852984455");
  e.decision = DecisionId{"dec_1"};
  e.call = CallId{"call_1"};
  e.updated_at = later(9);
  update(e);
  auto const kept = find(home);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->id, e.id);
  EXPECT_EQ(kept->list, list.id);
  EXPECT_EQ(kept->person, e.person);
  EXPECT_EQ(kept->state, calling);
  EXPECT_EQ(kept->turn_at, later(8));
  EXPECT_EQ(kept->attempts, 2);
  EXPECT_EQ(kept->reason, "busy");
  EXPECT_EQ(kept->outcome, Outcome::busy);
  EXPECT_EQ(kept->phone, e.phone);
  EXPECT_EQ(kept->number, e.number);
  EXPECT_EQ(kept->decision, e.decision);
  EXPECT_EQ(kept->call, e.call);
  EXPECT_EQ(kept->updated_at, later(9));
}

TEST_P(DialListsContract, APersonIsOnceInAList) {
  auto const one = dial_list("one"), two = dial_list("two");
  for (auto const& l : {one, two}) add(l);
  auto const first = added(entry_of(one.id, "pat_1"));
  added(entry_of(two.id, "pat_1"));
  auto a_doctor = entry_of(one.id, "pat_1");
  a_doctor.person.type = PersonType::doctor;
  added(a_doctor);
  write([&](Transaction& tx) {
    auto again = entry_of(one.id, "pat_1", blocked);
    EXPECT_FALSE(tx.dial_entries().insert(home, again));
    EXPECT_EQ(tx.dial_entries().insert(home, {entry_of(one.id, "pat_2"), again, entry_of(one.id, "pat_3"),
                                              entry_of(one.id, "pat_2")}),
              2);
  });
  auto const page = [&](DialEntryId const& after, std::int64_t limit) {
    return people(
        read([&](Transaction const& tx) { return tx.dial_entries().page(home, one.id, after, limit); }));
  };
  EXPECT_THAT(page({}, 10), ElementsAre("pat_1", "pat_1", "pat_2", "pat_3"));
  EXPECT_THAT(page(first.id, 2), ElementsAre("pat_1", "pat_2"));
  EXPECT_EQ(
      read([&](Transaction const& tx) { return tx.dial_entries().find(home, one.id, first.id); })->state,
      ready);
}

TEST_P(DialListsContract, NextAreThoseWhoseTurnIsFirst) {
  auto const list = dial_list("a"), another = dial_list("b");
  for (auto const& l : {list, another}) add(l);
  added(entry_of(list.id, "pat_late", ready, later(300)));
  added(entry_of(list.id, "pat_b", ready, later(20)));
  added(entry_of(list.id, "pat_c", ready, later(20)));
  added(entry_of(list.id, "pat_a", ready, later(10)));
  added(entry_of(list.id, "pat_w", waiting, later(1)));
  added(entry_of(another.id, "pat_x", ready, later(2)));
  EXPECT_THAT(next(list.id, ready), ElementsAre("pat_a", "pat_b", "pat_c", "pat_late"));
  EXPECT_THAT(next(list.id, ready, {}, 2), ElementsAre("pat_a", "pat_b"));
  EXPECT_THAT(next(list.id, ready, {.until = later(20)}), ElementsAre("pat_a", "pat_b", "pat_c"));
  EXPECT_THAT(next(list.id, ready, {.from = later(11)}), ElementsAre("pat_b", "pat_c", "pat_late"));
  EXPECT_THAT(next(list.id, ready, {.from = later(20), .until = later(20)}, 1), ElementsAre("pat_b"));
  EXPECT_THAT(next(list.id, leased), IsEmpty());
  EXPECT_THAT(next(list.id, waiting), ElementsAre("pat_w"));
  auto const first_turn = [&](DialEntryState state) {
    return read([&](Transaction const& tx) { return tx.dial_entries().first_turn(home, list.id, state); });
  };
  EXPECT_EQ(first_turn(ready), later(10));
  EXPECT_EQ(first_turn(waiting), later(1));
  EXPECT_FALSE(first_turn(done));
}

TEST_P(DialListsContract, FindsEntriesByStateAndReason) {
  auto const list = dial_list("a"), another = dial_list("b");
  for (auto const& l : {list, another}) add(l);
  auto const because = [&](std::string person, DialEntryState state, std::string reason, int turn) {
    auto e = entry_of(list.id, std::move(person), state, later(turn));
    e.reason = std::move(reason);
    return added(e);
  };
  // Turns run against the ids: entries come in the order of these.
  auto const first = because("pat_1", blocked, "no_number", 90);
  auto second = because("pat_2", waiting, "busy", 80);
  added(entry_of(list.id, "pat_3", ready, later(70)));
  because("pat_4", blocked, "opted_out", 60);
  because("pat_5", blocked, "no_number", 50);
  because("pat_6", waiting, "no_number", 40);
  added(entry_of(another.id, "pat_7", blocked));
  EXPECT_THAT(matching(home, list.id, {}), ElementsAre("pat_1", "pat_2", "pat_3", "pat_4", "pat_5", "pat_6"));
  EXPECT_THAT(matching(home, list.id, {.state = blocked}), ElementsAre("pat_1", "pat_4", "pat_5"));
  EXPECT_THAT(matching(home, list.id, {.state = blocked}, {}, 2), ElementsAre("pat_1", "pat_4"));
  EXPECT_THAT(matching(home, list.id, {.state = blocked}, first.id), ElementsAre("pat_4", "pat_5"));
  EXPECT_THAT(matching(home, list.id, {.reason = "no_number"}), ElementsAre("pat_1", "pat_5", "pat_6"));
  EXPECT_THAT(matching(home, list.id, {.reason = "no_number"}, first.id, 1), ElementsAre("pat_5"));
  EXPECT_THAT(matching(home, list.id, {.state = blocked, .reason = "no_number"}),
              ElementsAre("pat_1", "pat_5"));
  EXPECT_THAT(matching(home, list.id, {.state = blocked, .reason = "no_number"}, first.id),
              ElementsAre("pat_5"));
  EXPECT_THAT(matching(home, list.id, {.state = ready, .reason = "busy"}), IsEmpty());
  EXPECT_THAT(matching(home, list.id, {.state = done}), IsEmpty());
  EXPECT_THAT(matching(home, list.id, {.reason = ""}), IsEmpty());
  EXPECT_THAT(matching(other, list.id, {.state = blocked}), IsEmpty());
  second.state = done;
  second.reason.reset();
  update(second);
  EXPECT_THAT(matching(home, list.id, {.state = done}), ElementsAre("pat_2"));
  EXPECT_THAT(matching(home, list.id, {.reason = "busy"}), IsEmpty());
}

TEST_P(DialListsContract, Counts) {
  auto const list = dial_list("a");
  add(list);
  auto busy = entry_of(list.id, "pat_1", waiting, later(5)),
       also_busy = entry_of(list.id, "pat_2", waiting, later(3));
  busy.reason = also_busy.reason = "busy";
  for (auto const& e : {busy, also_busy, entry_of(list.id, "pat_3", waiting, later(9)),
                        entry_of(list.id, "pat_4", done, later(2))})
    added(e);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.dial_entries().count(home, list.id, waiting); }), 3);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.dial_entries().count(home, list.id, ready); }), 0);
  std::vector<std::string> told;
  for (auto const& c : read([&](Transaction const& tx) { return tx.dial_entries().counts(home, list.id); }))
    told.push_back(std::string(to_string(c.state)) + " " + c.reason.value_or("-") + " " +
                   std::to_string(c.entries) + " " +
                   std::to_string(c.first_turn_at.milliseconds - noon.milliseconds));
  EXPECT_THAT(told, ElementsAre("done - 1 2", "waiting - 1 9", "waiting busy 2 3"));
}

TEST_P(DialListsContract, KnowsWhoIsGivenOutByWhateverList) {
  auto const one = dial_list("one"), two = dial_list("two");
  for (auto const& l : {one, two}) add(l);
  write([&](Transaction& tx) { tx.people().insert(home, patient("pat_1")); });
  added(entry_of(one.id, "pat_1"));
  auto theirs = added(entry_of(two.id, "pat_1"));
  auto const number = digits("5852984455");
  auto const number_given_out = [&](Instant now) {
    return read([&](Transaction const& tx) { return tx.dial_entries().is_given_out(home, number, now); });
  };
  EXPECT_FALSE(is_given_out("pat_1", later(0)) || number_given_out(later(0)));
  EXPECT_FALSE(is_given_out("pat_of_nobody", later(0)));
  theirs.state = leased;
  theirs.turn_at = later(10);
  theirs.number = number;
  update(theirs);
  EXPECT_TRUE(is_given_out("pat_1", later(9)) && number_given_out(later(9)));
  EXPECT_FALSE(is_given_out("pat_1", later(10)) || number_given_out(later(10))) << "the lease has run out";
  theirs.state = calling;
  update(theirs);
  EXPECT_TRUE(is_given_out("pat_1", later(10)) && number_given_out(later(10)));
  theirs.state = done;
  update(theirs);
  EXPECT_FALSE(is_given_out("pat_1", later(0)) || number_given_out(later(0)));
}

/// Dialers that pull from two lists with the same people, several of each in one batch.
TEST_P(DialListsContract, ManyWhoPullAtOnceGetEachPersonOnce) {
  constexpr int patients = 60, dialers = 8;
  auto const one = dial_list("one"), two = dial_list("two");
  for (auto const& l : {one, two}) add(l);
  write([&](Transaction& tx) {
    for (int i = 0; i < patients; ++i) {
      auto const id = "pat_" + std::to_string(100 + i);
      tx.people().insert(home, patient(id));
      tx.dial_entries().insert(home, entry_of(one.id, id, ready, later(i)));
      tx.dial_entries().insert(home, entry_of(two.id, id, ready, later(patients - i)));
    }
  });
  auto const pull = [&](Transaction& tx, DialListId const& list, std::vector<std::string>& given) {
    given.clear();
    for (auto& e : tx.dial_entries().next(home, list, ready, {}, 3)) {
      e.state = tx.dial_entries().is_given_out(home, e.person, later(0)) ? waiting : leased;
      e.turn_at = later(9000);
      tx.dial_entries().update(home, e);
      if (e.state == leased) given.push_back(e.person.id.value);
    }
  };
  std::mutex mutex;
  std::map<std::string, int> leases;
  fakes::at_once(dialers, [&](int i) {
    for (int round = 0; round < 10; ++round) {
      std::vector<std::vector<std::string>> given(3);
      std::vector<fakes::Outcome> outcomes;
      for (auto& people : given)
        outcomes.push_back(fakes::hand_over(
            store(), [&, i](Transaction& tx) { pull(tx, i % 2 == 0 ? one.id : two.id, people); }));
      for (auto& outcome : outcomes) EXPECT_FALSE(outcome.get());
      std::scoped_lock const lock(mutex);
      for (auto const& people : given)
        for (auto const& person : people) ++leases[person];
    }
  });
  for (auto const& [person, times] : leases) EXPECT_EQ(times, 1) << person;
  EXPECT_EQ(std::ssize(leases), patients) << "whoever is passed over was given out elsewhere";
  EXPECT_EQ(read([&](Transaction const& tx) {
              return tx.dial_entries().count(home, one.id, ready) +
                     tx.dial_entries().count(home, two.id, ready);
            }),
            0);
  EXPECT_EQ(read([&](Transaction const& tx) {
              return tx.dial_entries().count(home, one.id, leased) +
                     tx.dial_entries().count(home, two.id, leased);
            }),
            static_cast<std::int64_t>(leases.size()));
}

}  // namespace
}  // namespace linebook::contract
