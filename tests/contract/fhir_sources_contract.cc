// What every store owes FHIR sources and their links: a name once in an account, sources in turn, and what
// both sides had as it was kept.
#include <gmock/gmock.h>

#include "app/contacts/contact_numbers.h"
#include "app/sync/fhir_sources.h"
#include "app/sync/take_in_person.h"
#include "contract/store_contract.h"
#include "fakes/plain_secrets.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FhirSourcesContract : public StoreContract {
 protected:
  FhirSource source(std::string name, Instant created = noon) {
    FhirSource s;
    s.id = {ids.next("fhs_", created)};
    s.name = std::move(name);
    s.url = "https://ehr.example.com/fhir";
    s.token_sealed = std::string("sealed\0token", 12);
    s.prefer = Side::ours;
    s.created_at = s.updated_at = created;
    return s;
  }
  FhirSource added(AccountId account, FhirSource s) {
    write([&](Transaction& tx) { tx.fhir_sources().insert(account, s); });
    return s;
  }
  std::vector<std::string> due(Instant now) {
    std::vector<std::string> names;
    for (auto const& one : read([&](Transaction const& tx) { return tx.fhir_sources().due(now, 10); }))
      names.push_back(one.source.name + "@" + std::to_string(one.account.value == other.value));
    return names;
  }
  std::vector<std::string> to_push(FhirSourceId const& id, std::optional<PersonRef> const& after = {}) {
    std::vector<std::string> people;
    for (auto const& link :
         read([&](Transaction const& tx) { return tx.fhir_links().due(home, id, after, 10); }))
      people.push_back(link.person.id.value);
    return people;
  }
  FhirLink link(PersonType type, std::string id, bool push_due) {
    FhirLink l;
    l.person = {type, {std::move(id)}};
    l.version = "3";
    l.synced_at = noon;
    l.push_due = push_due;
    l.base.types = {{digits("4155552671"), PhoneType::cell}, {digits("4155552672"), PhoneType::cell}};
    l.base.preferred = {{PhoneType::cell, digits("4155552672")}};
    l.said = {.first_name = "Ann", .last_name = "Döe", .gender = Gender::female, .deceased = false};
    return l;
  }
  Context context(std::string actor) {
    return {home, std::move(actor), "req_1", noon, ids, secrets, policies};
  }

  fakes::PlainSecrets secrets;
  Policies policies;
};

LINEBOOK_EVERY_STORE(FhirSourcesContract);

TEST_P(FhirSourcesContract, KeepsASourceAsItIs) {
  auto s = added(home, source("ehr"));
  s.every = std::chrono::minutes(5);
  s.due_at = later(1);
  s.lease = "run_1";
  s.lease_until = later(2);
  s.progress = {.ledger_after = 7,
                .patients_since = later(3),
                .walk = FhirWalk{PersonType::doctor, "https://ehr.example.com/fhir?page=2", later(4), 5},
                .run = FhirSyncRun{.started_at = noon,
                                   .counts = {.read = 1, .numbers_ended = 2, .problems = 3},
                                   .conflicts = {{{PersonType::patient, {"p"}}, "last_name", Side::theirs}},
                                   .problems = {{{PersonType::doctor, {"d"}}, "has no name"}},
                                   .error = "away"}};
  write([&](Transaction& tx) { tx.fhir_sources().update(home, s); });
  reopen();
  auto const kept = read([&](Transaction const& tx) { return tx.fhir_sources().look_at(home, s.id); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->token_sealed, s.token_sealed);
  EXPECT_EQ(kept->prefer, Side::ours);
  EXPECT_EQ(kept->every, s.every);
  EXPECT_EQ(kept->due_at, later(1));
  EXPECT_TRUE(held_by_another(*kept, "run_2", later(1)));
  EXPECT_EQ(kept->progress.ledger_after, 7);
  EXPECT_EQ(kept->progress.patients_since, later(3));
  EXPECT_EQ(kept->progress.doctors_since, std::nullopt);
  EXPECT_EQ(kept->progress.walk->next_page, "https://ehr.example.com/fhir?page=2");
  EXPECT_EQ(kept->progress.walk->searched_at, later(4));
  EXPECT_EQ(kept->progress.walk->lines, 5);
  auto const& run = *kept->progress.run;
  EXPECT_EQ(run.counts, s.progress.run->counts);
  EXPECT_EQ(run.conflicts.at(0).kept, Side::theirs);
  EXPECT_EQ(run.problems.at(0).person.type, PersonType::doctor);
  EXPECT_EQ(run.error, "away");
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.fhir_sources().look_at(other, s.id); }));
}

TEST_P(FhirSourcesContract, FindsByNameAndAge) {
  auto const first = added(home, source("a")), second = added(home, source("b", later(1)));
  added(other, source("a"));
  write([&](Transaction& tx) {
    EXPECT_EQ(tx.fhir_sources().named(home, "a")->id, first.id);
    EXPECT_FALSE(tx.fhir_sources().named(home, "c"));
  });
  auto const page = read([&](Transaction const& tx) { return tx.fhir_sources().list(home, {}, 1); });
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0].id, second.id);
  Keyset const after{page[0].created_at, page[0].id.value};
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.fhir_sources().list(home, after, 10); }).at(0).id,
            first.id);
}

TEST_P(FhirSourcesContract, TellsWhoseTurnItIs) {
  auto early = source("early"), late = source("late"), never = source("never"), held = source("held");
  early.due_at = later(1);
  late.due_at = later(10);
  held.due_at = later(1);
  held.lease = "run_1";
  held.lease_until = later(20);
  added(home, early);
  added(other, late);
  added(home, never);
  added(home, held);
  EXPECT_THAT(due(noon), IsEmpty());
  EXPECT_THAT(due(later(1)), ElementsAre("early@0"));
  EXPECT_THAT(due(later(10)), ElementsAre("early@0", "late@1"));
  EXPECT_THAT(due(later(20)), ElementsAre("early@0", "held@0", "late@1"));
  write([&](Transaction& tx) { tx.fhir_sources().end_leases(); });
  EXPECT_THAT(due(later(1)), ElementsAre("early@0", "held@0"));
}

TEST_P(FhirSourcesContract, NobodysTurnComesWhileTheAccountIsSuspended) {
  for (auto const account : {home, other}) {
    auto s = source("ehr");
    s.due_at = noon;
    added(account, s);
  }
  write([&](Transaction& tx) { tx.accounts().set_status(home, AccountStatus::suspended); });
  EXPECT_THAT(due(noon), ElementsAre("ehr@1"));
  write([&](Transaction& tx) { tx.accounts().set_status(home, AccountStatus::active); });
  EXPECT_THAT(due(noon), ElementsAre("ehr@0", "ehr@1"));
}

TEST_P(FhirSourcesContract, KeepsLinksAndWhatIsToBePushed) {
  auto const s = added(home, source("ehr")), another = added(home, source("another"));
  PersonRef const p2{PersonType::patient, {"p2"}};
  write([&](Transaction& tx) {
    tx.fhir_links().save(home, s.id, link(PersonType::patient, "p1", true));
    tx.fhir_links().save(home, s.id, link(PersonType::patient, "p2", false));
    tx.fhir_links().save(home, s.id, link(PersonType::doctor, "d1", true));
    tx.fhir_links().save(home, another.id, link(PersonType::patient, "p1", true));
  });
  EXPECT_THAT(to_push(s.id), ElementsAre("d1", "p1"));
  EXPECT_THAT(to_push(s.id, PersonRef{PersonType::doctor, {"d1"}}), ElementsAre("p1"));
  write([&](Transaction& tx) {
    tx.fhir_links().mark(home, s.id, p2);
    tx.fhir_links().mark(home, s.id, {PersonType::patient, {"nobody"}});
    tx.fhir_links().remove(home, s.id, {PersonType::doctor, {"d1"}});
  });
  EXPECT_THAT(to_push(s.id), ElementsAre("p1", "p2"));
  auto const kept = read([&](Transaction const& tx) { return tx.fhir_links().find(home, s.id, p2); });
  ASSERT_TRUE(kept);
  auto const was = link(PersonType::patient, "p2", true);
  EXPECT_EQ(kept->base, was.base);
  EXPECT_EQ(kept->said, was.said);
  EXPECT_EQ(kept->version, "3");
  EXPECT_EQ(kept->synced_at, noon);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.fhir_links().count(home, s.id); }), 2);
  write([&](Transaction& tx) { tx.fhir_sources().remove(home, s.id); });
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.fhir_links().count(home, s.id); }), 0);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.fhir_links().count(home, another.id); }), 1);
}

/// What came from the source marks nobody; what others did marks whoever is linked, whatever became of the
/// number.
TEST_P(FhirSourcesContract, FollowsWhatOthersChanged) {
  FhirSource s;
  write([&](Transaction& tx) {
    CreateFhirSource command{.name = "ehr", .url = "https://ehr.example.com", .token = "t"};
    s = *create_fhir_source(tx, context("key_1"), command);
  });
  FhirPerson said;
  said.ref = {PersonType::patient, {"p1"}};
  said.first_name = "Ann";
  said.last_name = "Doe";
  said.numbers = {{digits("4155552671"), PhoneType::cell}};
  write([&](Transaction& tx) {
    auto const taken = take_in_person(tx, context(actor_of(s)), s, said, "1");
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->counts.people_added, 1);
    EXPECT_EQ(taken->wanted, taken->theirs);
    EXPECT_TRUE(is_in_step(tx, home, s, said.ref, "1"));
    EXPECT_FALSE(is_in_step(tx, home, s, said.ref, "2"));
  });
  auto const mark = [&] {
    write([&](Transaction& tx) {
      EXPECT_FALSE(mark_local_changes(tx, context(actor_of(s)), s));
      tx.fhir_sources().update(home, s);
    });
  };
  mark();
  EXPECT_THAT(to_push(s.id), IsEmpty()) << "its own";
  ContactNumberId added_here;
  write([&](Transaction& tx) {
    added_here = add_contact_number(
                     tx, context("key_1"),
                     {.number = digits("4155552672"), .phone_type = PhoneType::home, .person = said.ref})
                     ->number.id;
    EXPECT_TRUE(delete_contact_number(tx, context("key_1"), added_here, {}));
  });
  mark();
  EXPECT_THAT(to_push(s.id), ElementsAre("p1"));
}

}  // namespace
}  // namespace linebook::contract
