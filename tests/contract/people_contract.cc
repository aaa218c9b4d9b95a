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

TEST_P(PeopleContract, SearchesInOrderOfId) {
  add(home, patient("3", "Jürgen", "Müller", later(1)));
  add(home, patient("1", "Anna", "MULLER", later(2)));
  add(home, patient("2", "Muller", "Smith", later(3)));
  add(home, patient("4", "Jane", "Roe", later(4)));
  auto npi = doctor("5", "Jane", "Muller");
  npi.npi = "1234567893";
  add(home, npi);
  add(other, patient("6", "Jane", "Muller"));
  write([&](Transaction& tx) {
    for (char const* id : {"1", "4"})
      tx.contact_numbers().insert(home, number_of({PersonType::patient, {id}}, "5852984455"));
    tx.contact_numbers().insert(home, number_of({PersonType::doctor, {"5"}}, "5852984455"));
    tx.contact_numbers().insert(other, number_of({PersonType::patient, {"6"}}, "5852984455"));
  });
  struct Row {
    char const* what;
    PersonType type;
    PersonQuery query;
    std::vector<std::string> found;
  };
  constexpr auto patients = PersonType::patient;
  auto const number = digits("5852984455");
  Row const rows[] = {
      {"all", patients, {}, {"1", "2", "3", "4"}},
      {"all of another type", PersonType::doctor, {}, {"5"}},
      {"ids", patients, {.ids = {{"4"}, {"nobody"}, {"1"}, {"4"}, {"5"}, {"6"}}}, {"1", "4"}},
      {"last name", patients, {.last_key = "mull"}, {"1", "3"}},
      {"first name", patients, {.first_key = "ja"}, {"4"}},
      {"both", patients, {.last_key = "mu", .first_key = "an"}, {"1"}},
      {"either", patients, {.either_key = "mul"}, {"1", "2", "3"}},
      {"a pattern's signs are plain text", patients, {.either_key = "%"}, {}},
      {"a number", patients, {.number = number}, {"1", "4"}},
      {"a number, named so", patients, {.last_key = "roe", .number = number}, {"4"}},
      {"a number of nobody", patients, {.number = digits("5852984456")}, {}},
      {"an id with a number", patients, {.ids = {{"2"}, {"4"}}, .number = number}, {"4"}},
      {"an NPI", PersonType::doctor, {.npi = "1234567893"}, {"5"}},
      {"an NPI of nobody", PersonType::doctor, {.npi = "1234567894"}, {}},
      {"an NPI of a patient", patients, {.npi = "1234567893"}, {}},
      {"changed from", patients, {.changed_from = later(3)}, {"2", "4"}},
      {"changed before", patients, {.changed_before = later(3)}, {"1", "3"}},
      {"changed within", patients, {.changed_from = later(2), .changed_before = later(3)}, {"1"}},
      {"named and changed", patients, {.either_key = "mul", .changed_from = later(2)}, {"1", "2"}},
      {"an id, changed", patients, {.ids = {{"1"}, {"2"}}, .changed_from = later(3)}, {"2"}},
  };
  for (auto const& row : rows) {
    auto const search = [&](PersonId const& after, std::int64_t limit) {
      return read(
          [&](Transaction const& tx) { return tx.people().search(home, row.type, row.query, after, limit); });
    };
    auto const page = search({}, 20);
    EXPECT_EQ(ids_of(page), row.found) << row.what;
    EXPECT_EQ(page.total, static_cast<std::int64_t>(row.found.size())) << row.what;
    std::vector<std::string> one_by_one;
    for (PersonId after; one_by_one.size() < row.found.size(); after = {one_by_one.back()}) {
      auto const next = search(after, 1);
      EXPECT_EQ(next.total, page.total) << row.what;
      ASSERT_EQ(next.items.size(), 1u) << row.what;
      one_by_one.push_back(next.items.front().ref.id.value);
    }
    EXPECT_EQ(one_by_one, row.found) << row.what;
  }
}

TEST_P(PeopleContract, ChangesWithTheNumbers) {
  PersonRef const john{PersonType::patient, {"pat_1"}};
  add(home, patient("pat_1"));
  add(home, patient("pat_2"));
  auto const changed_at = [&] {
    return read([&](Transaction const& tx) { return tx.people().find(home, john)->changed_at; });
  };
  auto const walked = [&](Instant from) {
    std::vector<std::string> ids;
    for (auto const& person : read(
             [&](Transaction const& tx) { return tx.people().walk(home, PersonType::patient, {}, from, 9); }))
      ids.push_back(person.ref.id.value);
    return ids;
  };
  EXPECT_EQ(changed_at(), noon);
  EXPECT_THAT(walked(noon), ElementsAre("pat_1", "pat_2"));
  auto const page_end = [&](PersonId const& after, Instant from, std::int64_t limit) {
    return read([&](Transaction const& tx) {
      return tx.people().page_end(home, PersonType::patient, after, from, limit);
    });
  };
  EXPECT_EQ(page_end({}, noon, 1), PersonId{"pat_1"});
  EXPECT_EQ(page_end({}, noon, 9), PersonId{"pat_2"});
  EXPECT_EQ(page_end({"pat_1"}, noon, 1), PersonId{"pat_2"});
  EXPECT_EQ(page_end({"pat_2"}, noon, 1), std::nullopt);
  EXPECT_EQ(page_end({}, later(1), 9), std::nullopt);
  auto number = number_of(john, "5852984455");
  number.updated_at = later(10);
  write([&](Transaction& tx) { tx.contact_numbers().insert(home, number); });
  EXPECT_EQ(changed_at(), later(10));
  number.updated_at = later(20);
  write([&](Transaction& tx) { tx.contact_numbers().update(home, number); });
  EXPECT_EQ(changed_at(), later(20));
  auto person = patient("pat_1", "Jon");
  person.updated_at = later(15);
  write([&](Transaction& tx) { tx.people().update(home, person); });
  EXPECT_EQ(changed_at(), later(20)) << "never moves back";
  write([&](Transaction& tx) { tx.contact_numbers().remove(home, number, later(30)); });
  EXPECT_EQ(changed_at(), later(30));
  EXPECT_THAT(walked(later(30)), ElementsAre("pat_1"));
  EXPECT_THAT(walked(later(31)), IsEmpty());
}

TEST_P(PeopleContract, TellsTheNumbersOfSeveral) {
  add(home, patient("a"));
  add(home, patient("b"));
  add(home, doctor("a"));
  write([&](Transaction& tx) {
    auto& numbers = tx.contact_numbers();
    for (char const* number : {"5852984455", "5852984456", "5852984457"})
      numbers.insert(home, number_of({PersonType::patient, {"b"}}, number));
    numbers.insert(home, number_of({PersonType::doctor, {"a"}}, "5852984458"));
  });
  auto const all = read([&](Transaction const& tx) {
    return tx.contact_numbers().of_people(home, PersonType::patient, {{"b"}, {"nobody"}, {"a"}}, 2);
  });
  ASSERT_EQ(all.size(), 3u);
  ASSERT_EQ(all[0].size(), 2u);
  EXPECT_EQ(all[0][0].number, digits("5852984457")) << "newest first";
  EXPECT_EQ(all[0][1].number, digits("5852984456"));
  EXPECT_THAT(all[1], IsEmpty());
  EXPECT_THAT(all[2], IsEmpty());
}

}  // namespace
}  // namespace linebook::contract
