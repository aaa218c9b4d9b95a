// What every store owes patients and doctors.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PeopleContract : public StoreContract {
 protected:
  void add(AccountId account, Person const& person) {
    write([&](Transaction& tx) { tx.people().insert(account, person); });
  }
  CountedPage<Person> list(PersonType type, PersonSearch const& search = {}, std::int64_t limit = 20,
                           std::int64_t offset = 0) {
    return read([&](Transaction const& tx) { return tx.people().list(home, type, search, limit, offset); });
  }
  static std::vector<std::string> ids_of(CountedPage<Person> const& page) {
    std::vector<std::string> all;
    for (auto const& person : page.items) all.push_back(person.ref.id.value);
    return all;
  }
};

LINEBOOK_EVERY_STORE(PeopleContract);

void expect_same(Person const& a, Person const& b) {
  EXPECT_EQ(a.ref, b.ref);
  EXPECT_EQ(a.first_name, b.first_name);
  EXPECT_EQ(a.last_name, b.last_name);
  EXPECT_EQ(a.email, b.email);
  EXPECT_EQ(a.timezone, b.timezone);
  EXPECT_EQ(a.contact_window, b.contact_window);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.date_of_birth, b.date_of_birth);
  EXPECT_EQ(a.gender, b.gender);
  EXPECT_EQ(a.active, b.active);
  EXPECT_EQ(a.deceased, b.deceased);
  EXPECT_EQ(a.npi, b.npi);
  EXPECT_EQ(a.created_at, b.created_at);
  EXPECT_EQ(a.updated_at, b.updated_at);
}

TEST_P(PeopleContract, KeepsEveryField) {
  auto full = patient("pat_1", "Zoë", "O’Brien");
  full.email = "zoe@example.org";
  full.timezone = "America/New_York";
  full.contact_window = ContactWindow::parse("mon,tue 09:00-18:00");
  full.state = "NY";
  full.date_of_birth = "1980-02-29";
  full.gender = Gender::female;
  full.active = false;
  full.deceased = true;
  auto bare = doctor("doc_1");
  auto npi = doctor("doc_2");
  npi.npi = "1234567893";
  for (auto const& person : {full, bare, npi}) {
    add(home, person);
    auto const found = read([&](Transaction const& tx) { return tx.people().find(home, person.ref); });
    ASSERT_TRUE(found);
    expect_same(*found, person);
  }
}

TEST_P(PeopleContract, UpdatesAllButTheTimeOfCreation) {
  auto person = patient("pat_1");
  person.email = "john@example.org";
  add(home, person);
  add(other, person);
  auto changed = patient("pat_1", "Jon", "Dough");
  changed.timezone = "America/Chicago";
  changed.state = "IL";
  changed.updated_at = later(1000);
  write([&](Transaction& tx) { tx.people().update(home, changed); });
  expect_same(*read([&](Transaction const& tx) { return tx.people().find(home, person.ref); }), changed);
  expect_same(*read([&](Transaction const& tx) { return tx.people().find(other, person.ref); }), person);
  EXPECT_THAT(ids_of(list(PersonType::patient, {.last_key = "dough", .first_key = {}, .digits = {}})),
              ElementsAre("pat_1"));
  EXPECT_THAT(ids_of(list(PersonType::patient, {.last_key = "doe", .first_key = {}, .digits = {}})),
              IsEmpty());
}

TEST_P(PeopleContract, OneIdMayBeAPatientsAndADoctors) {
  add(home, patient("same", "Pat", "Ient"));
  add(home, doctor("same", "Doc", "Tor"));
  read([&](Transaction const& tx) {
    EXPECT_EQ(tx.people().find(home, {PersonType::patient, {"same"}})->name(), "Pat Ient");
    EXPECT_EQ(tx.people().find(home, {PersonType::doctor, {"same"}})->name(), "Doc Tor");
    EXPECT_FALSE(tx.people().find(other, {PersonType::doctor, {"same"}}));
    return 0;
  });
  auto const again = try_write([&](Transaction& tx) { tx.people().insert(home, patient("same")); });
  EXPECT_FALSE(again);
}

TEST_P(PeopleContract, ListsNewestFirstWithTotalsOfTheType) {
  // Chosen ids do not sort by age; people of one moment sort by id.
  add(home, patient("m", "A", "A", later(2)));
  add(home, patient("z", "B", "B", later(1)));
  add(home, patient("a", "C", "C", later(3)));
  add(home, patient("b", "D", "D", later(3)));
  add(home, doctor("d"));
  add(other, patient("x"));
  auto const all = list(PersonType::patient);
  EXPECT_THAT(ids_of(all), ElementsAre("b", "a", "m", "z"));
  EXPECT_EQ(all.total, 4);
  auto const second = list(PersonType::patient, {}, 2, 1);
  EXPECT_THAT(ids_of(second), ElementsAre("a", "m"));
  EXPECT_EQ(second.total, 4);
  auto const beyond = list(PersonType::patient, {}, 2, 9);
  EXPECT_THAT(beyond.items, IsEmpty());
  EXPECT_EQ(beyond.total, 4);
  EXPECT_EQ(list(PersonType::doctor).total, 1);
}

TEST_P(PeopleContract, FindsByPrefixOfFoldedNames) {
  add(home, patient("1", "Jürgen", "Müller"));
  add(home, patient("2", "Anna", "MULLER"));
  add(home, patient("3", "Jane", "Mull"));
  add(home, patient("4", "Jane", "Mulligan"));
  add(home, doctor("5", "Jane", "Muller"));
  add(other, patient("6", "Jane", "Muller"));
  struct Row {
    char const* what;
    PersonSearch search;
    std::vector<std::string> found;
  };
  Row const rows[] = {
      {"last name, in order of name", {"mull", "", ""}, {"3", "2", "1", "4"}},
      {"longer prefix", {"muller", "", ""}, {"2", "1"}},
      {"last and first", {"mul", "ja", ""}, {"3", "4"}},
      {"first alone", {"", "an", ""}, {"2"}},
      {"nobody", {"mullerx", "", ""}, {}},
      {"a pattern's signs are plain text", {"mu%", "", ""}, {}},
  };
  for (auto const& row : rows) {
    auto const page = list(PersonType::patient, row.search);
    EXPECT_EQ(ids_of(page), row.found) << row.what;
    EXPECT_EQ(page.total, static_cast<std::int64_t>(row.found.size())) << row.what;
  }
  auto const second = list(PersonType::patient, {"mull", "", ""}, 2, 1);
  EXPECT_THAT(ids_of(second), ElementsAre("2", "1"));
  EXPECT_EQ(second.total, 4);
}

TEST_P(PeopleContract, FindsByPartOfANumber) {
  add(home, patient("old", "A", "A", later(1)));
  add(home, patient("new", "B", "B", later(2)));
  add(home, patient("none", "C", "C", later(3)));
  add(home, doctor("doc"));
  add(other, patient("old"));
  write([&](Transaction& tx) {
    auto& numbers = tx.contact_numbers();
    numbers.insert(home, number_of({PersonType::patient, {"old"}}, "5852984455"));
    numbers.insert(home, number_of({PersonType::patient, {"old"}}, "5852984456"));
    numbers.insert(home, number_of({PersonType::patient, {"new"}}, "5852984455"));
    numbers.insert(home, number_of({PersonType::doctor, {"doc"}}, "5852984455"));
    numbers.insert(other, number_of({PersonType::patient, {"old"}}, "2125550100"));
  });
  struct Row {
    char const* digits;
    std::vector<std::string> found;
  };
  Row const rows[] = {{"98445", {"new", "old"}},
                      {"5852984455", {"new", "old"}},
                      {"4456", {"old"}},
                      {"212", {}},
                      {"2125550100", {}}};
  for (auto const& row : rows) {
    auto const page = list(PersonType::patient, {.last_key = {}, .first_key = {}, .digits = row.digits});
    EXPECT_EQ(ids_of(page), row.found) << row.digits;
    EXPECT_EQ(page.total, static_cast<std::int64_t>(row.found.size())) << row.digits;
  }
  auto const second = list(PersonType::patient, {.last_key = {}, .first_key = {}, .digits = "585"}, 1, 1);
  EXPECT_THAT(ids_of(second), ElementsAre("old"));
  EXPECT_EQ(second.total, 2);
}

}  // namespace
}  // namespace linebook::contract
