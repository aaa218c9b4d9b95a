// What every store owes the contact book.
#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> ids_of(std::vector<LinkedContactNumber> const& items) {
  std::vector<std::string> ids;
  for (auto const& item : items) ids.push_back(item.number.id.value);
  return ids;
}

class ContactNumbersContract : public StoreContract {
 protected:
  ContactNumbersContract() {
    write([&](Transaction& tx) {
      for (auto account : {home, other}) {
        tx.people().insert(account, patient("pat_1", "John", "Doe"));
        tx.people().insert(account, patient("pat_2", "Jane", "Roe"));
        tx.people().insert(account, doctor("doc_1"));
      }
    });
  }

  PersonRef const john{PersonType::patient, {"pat_1"}};
  PersonRef const jane{PersonType::patient, {"pat_2"}};
  PersonRef const house{PersonType::doctor, {"doc_1"}};

  void add(AccountId account, ContactNumber const& number) {
    write([&](Transaction& tx) { tx.contact_numbers().insert(account, number); });
  }
  CountedPage<LinkedContactNumber> list(ContactNumberFilter const& filter, std::int64_t limit = 20,
                                        std::int64_t offset = 0) {
    return read(
        [&](Transaction const& tx) { return tx.contact_numbers().list(home, filter, limit, offset); });
  }
};

LINEBOOK_EVERY_STORE(ContactNumbersContract);

TEST_P(ContactNumbersContract, KeepsEveryField) {
  auto number = number_of(john, "5852984455", PhoneType::home);
  number.primary = number.verified = number.do_not_call = true;
  number.updated_at = later(1234);
  add(home, number);
  auto const found = read([&](Transaction const& tx) { return tx.contact_numbers().find(home, number.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->person_name, "John Doe");
  EXPECT_EQ(found->number.person, john);
  EXPECT_EQ(found->number.number, number.number);
  EXPECT_EQ(found->number.phone_type, PhoneType::home);
  EXPECT_TRUE(found->number.primary);
  EXPECT_TRUE(found->number.verified);
  EXPECT_TRUE(found->number.do_not_call);
  EXPECT_EQ(found->number.created_at, noon);
  EXPECT_EQ(found->number.updated_at, later(1234));
}

TEST_P(ContactNumbersContract, ListsNewestFirstWithExactTotals) {
  std::vector<std::string> ids_newest_first;
  for (int i = 0; i < 5; ++i) {
    auto const number = number_of(john, "585298440" + std::to_string(i));
    add(home, number);
    ids_newest_first.insert(ids_newest_first.begin(), number.id.value);
  }
  add(other, number_of(john, "5852984400"));

  auto const first = list({}, 2, 0);
  EXPECT_EQ(first.total, 5);
  EXPECT_THAT(ids_of(first.items), ElementsAre(ids_newest_first[0], ids_newest_first[1]));
  auto const last = list({}, 2, 4);
  EXPECT_EQ(last.total, 5);
  EXPECT_THAT(ids_of(last.items), ElementsAre(ids_newest_first[4]));
  auto const beyond = list({}, 2, 5);
  EXPECT_EQ(beyond.total, 5);
  EXPECT_THAT(beyond.items, IsEmpty());
}

TEST_P(ContactNumbersContract, FiltersCombine) {
  auto a = number_of(john, "5852984455", PhoneType::cell);
  a.primary = a.verified = true;
  auto b = number_of(john, "5852984456", PhoneType::home);
  b.do_not_call = true;
  auto c = number_of(jane, "5852984455", PhoneType::cell);
  auto d = number_of(house, "2125550100", PhoneType::other);
  d.primary = true;
  for (auto const& number : {a, b, c, d}) add(home, number);
  add(other, number_of(john, "5852984455"));

  struct Row {
    char const* what;
    ContactNumberFilter filter;
    std::vector<std::string> found;
  };
  auto const with = [](auto set) {
    ContactNumberFilter filter;
    set(filter);
    return filter;
  };
  std::vector<Row> const rows = {
      {"a part", with([](auto& f) { f.digits = "98445"; }), {c.id.value, b.id.value, a.id.value}},
      {"a single digit", with([](auto& f) { f.digits = "1"; }), {d.id.value}},
      {"a whole number", with([](auto& f) { f.digits = "5852984455"; }), {c.id.value, a.id.value}},
      {"nothing like it", with([](auto& f) { f.digits = "777"; }), {}},
      {"a person", with([&](auto& f) { f.person = john; }), {b.id.value, a.id.value}},
      {"a person of the other type",
       with([&](auto& f) { f.person = PersonRef{PersonType::doctor, {"pat_1"}}; }),
       {}},
      {"a type", with([](auto& f) { f.phone_type = PhoneType::cell; }), {c.id.value, a.id.value}},
      {"primary", with([](auto& f) { f.primary = true; }), {d.id.value, a.id.value}},
      {"not primary", with([](auto& f) { f.primary = false; }), {c.id.value, b.id.value}},
      {"verified", with([](auto& f) { f.verified = true; }), {a.id.value}},
      {"not verified", with([](auto& f) { f.verified = false; }), {d.id.value, c.id.value, b.id.value}},
      {"do not call", with([](auto& f) { f.do_not_call = true; }), {b.id.value}},
      {"of a doctor", with([](auto& f) { f.person_type = PersonType::doctor; }), {d.id.value}},
      {"of patients",
       with([](auto& f) { f.person_type = PersonType::patient; }),
       {c.id.value, b.id.value, a.id.value}},
      {"of patients, and a whole number",
       with([](auto& f) { f.person_type = PersonType::patient, f.digits = "2125550100"; }),
       {}},
      {"of doctors, and a patient",
       with([&](auto& f) { f.person_type = PersonType::doctor, f.person = john; }),
       {}},
      {"may call", with([](auto& f) { f.do_not_call = false; }), {d.id.value, c.id.value, a.id.value}},
      {"person and part", with([&](auto& f) { f.person = john, f.digits = "4456"; }), {b.id.value}},
      {"person and whole number",
       with([&](auto& f) { f.person = jane, f.digits = "5852984455"; }),
       {c.id.value}},
      {"whole number and flag",
       with([](auto& f) { f.digits = "5852984455", f.primary = true; }),
       {a.id.value}},
      {"part, type and flag",
       with([](auto& f) { f.digits = "585", f.phone_type = PhoneType::cell, f.verified = false; }),
       {c.id.value}},
  };
  for (auto const& row : rows) {
    auto const page = list(row.filter);
    EXPECT_EQ(ids_of(page.items), row.found) << row.what;
    EXPECT_EQ(page.total, static_cast<std::int64_t>(row.found.size())) << row.what;
  }
  auto const second = list(with([](auto& f) { f.digits = "98445"; }), 1, 1);
  EXPECT_THAT(ids_of(second.items), ElementsAre(b.id.value));
  EXPECT_EQ(second.total, 3);
  EXPECT_EQ(second.items[0].person_name, "John Doe");
}

TEST_P(ContactNumbersContract, OrdersByNumberAndByName) {
  write([&](Transaction& tx) {
    tx.people().insert(home, patient("pat_3", "Zoé", "doe"));
    tx.people().insert(home, doctor("pat_1", "Álvaro", "Doe"));
  });
  PersonRef const zoe{PersonType::patient, {"pat_3"}}, alvaro{PersonType::doctor, {"pat_1"}};
  auto const a = number_of(john, "5852984455"), b = number_of(jane, "2125550100"),
             c = number_of(house, "5852984455"), d = number_of(zoe, "3035550100"),
             e = number_of(alvaro, "9145550100"), f = number_of(john, "2125550100", PhoneType::home);
  for (auto const& number : {a, b, c, d, e, f}) add(home, number);
  add(other, number_of(john, "2015550100"));
  auto const ordered = [&](NumberOrder order, ContactNumberFilter filter = {}, std::int64_t limit = 20,
                           std::int64_t offset = 0) {
    filter.order = order;
    auto const page = list(filter, limit, offset);
    EXPECT_GE(page.total, std::ssize(page.items) + (page.items.empty() ? 0 : offset));
    return ids_of(page.items);
  };
  auto const ids = [](auto const&... numbers) { return std::vector<std::string>{numbers.id.value...}; };
  EXPECT_EQ(ordered(NumberOrder::number), ids(f, b, d, c, a, e)) << "alike, newest first";
  EXPECT_EQ(ordered(NumberOrder::name), ids(e, f, a, d, c, b)) << "whatever type, case and accents";
  EXPECT_EQ(ordered(NumberOrder::number, {}, 2, 3), ids(c, a));
  EXPECT_EQ(ordered(NumberOrder::name, {}, 2, 3), ids(d, c));
  EXPECT_THAT(ordered(NumberOrder::name, {}, 2, 6), IsEmpty());
  ContactNumberFilter of_john, of_patients, whole, part;
  of_john.person = john;
  of_patients.person_type = PersonType::patient;
  whole.digits = "5852984455";
  part.digits = "555";
  EXPECT_EQ(ordered(NumberOrder::number, of_john), ids(f, a));
  EXPECT_EQ(ordered(NumberOrder::name, of_john), ids(f, a));
  EXPECT_EQ(ordered(NumberOrder::name, of_patients), ids(f, a, d, b));
  EXPECT_EQ(ordered(NumberOrder::number, whole), ids(c, a));
  EXPECT_EQ(ordered(NumberOrder::name, whole), ids(a, c));
  EXPECT_EQ(ordered(NumberOrder::name, part), ids(e, f, d, b));
  // A rename is followed at once.
  write([&](Transaction& tx) { tx.people().update(home, patient("pat_2", "Jane", "Aaron")); });
  EXPECT_EQ(ordered(NumberOrder::name, {}, 1), ids(b));
  // Also within the job that changes things, where no index helps.
  write([&](Transaction& tx) {
    ContactNumberFilter filter;
    filter.person_type = PersonType::patient;
    filter.order = NumberOrder::number;
    EXPECT_EQ(ids_of(tx.contact_numbers().list(home, filter, 20, 0).items), ids(f, b, d, a));
    filter.order = NumberOrder::name;
    EXPECT_EQ(ids_of(tx.contact_numbers().list(home, filter, 20, 0).items), ids(b, f, a, d));
  });
}

// Pages near the beginning are walked to, others are looked up.
TEST_P(ContactNumbersContract, EveryPageByNameIsOfOneOrder) {
  constexpr int many = 300, third = many / 3;  // Doe, House, Roe
  write([&](Transaction& tx) {
    for (int i = 0; i < many; ++i) {
      auto number = number_of(i % 3 == 0   ? house
                              : i % 3 == 1 ? john
                                           : jane,
                              std::to_string(5'859'800'000 + i));
      number.do_not_call = i % 2 == 0;
      tx.contact_numbers().insert(home, number);
    }
  });
  ContactNumberFilter filter;
  filter.order = NumberOrder::name;
  auto const names = [&](std::int64_t offset) {
    std::string names;
    auto const page = list(filter, 2, offset);
    EXPECT_GT(page.total, offset);
    for (auto const& item : page.items) names += item.person_name + " " + item.number.number.str() + "; ";
    return names;
  };
  EXPECT_EQ(names(0), "John Doe 5859800298; John Doe 5859800295; ");
  EXPECT_EQ(names(third - 1), "John Doe 5859800001; Gregory House 5859800297; ");
  EXPECT_EQ(names(2 * third - 1), "Gregory House 5859800000; Jane Roe 5859800299; ");
  EXPECT_EQ(names(many - 1), "Jane Roe 5859800002; ");
  filter.do_not_call = false;
  filter.digits = "98";
  std::vector<std::string> walked;
  for (int offset = 0; offset < many / 2; offset += 10)
    for (auto const& id : ids_of(list(filter, 10, offset).items)) walked.push_back(id);
  EXPECT_EQ(walked, ids_of(list(filter, 200).items));
  EXPECT_EQ(walked.size(), many / 2U);
  EXPECT_EQ(names(0), "John Doe 5859800295; John Doe 5859800289; ");
  filter.person_type = PersonType::doctor;
  EXPECT_EQ(names(0), "Gregory House 5859800297; Gregory House 5859800291; ");
}

// What was acknowledged is found, what was undone is not, and a snapshot's total is never half a job's.
TEST_P(ContactNumbersContract, SearchIsInStepWithEveryCommit) {
  ContactNumberFilter filter;
  filter.digits = "98";
  ASSERT_EQ(list(filter).total, 0);
  auto const add_pair = [&](Transaction& tx, int i) {
    for (int j = 0; j < 2; ++j) {
      auto const number = number_of(john, std::to_string(5859800000 + i * 2 + j));
      tx.contact_numbers().insert(home, number);
      tx.ledger().append(home, entry(number.id.value));
    }
  };
  constexpr int pairs = 300;
  std::atomic<bool> done{false};
  std::atomic<int> acknowledged{0}, wrong{0};
  std::thread searching([&] {
    while (!done) {
      auto const before = acknowledged.load();
      auto const page = list(filter, 1'000);
      if (page.total < before * 2 || page.total % 2 != 0) ++wrong;
      if (static_cast<std::int64_t>(page.items.size()) != page.total) ++wrong;
    }
  });
  for (int i = 0; i < pairs; ++i) {
    write([&](Transaction& tx) { add_pair(tx, i); });
    acknowledged = i + 1;
    if (i % 10 == 0)
      EXPECT_FALSE(try_write([&](Transaction& tx) {
        add_pair(tx, pairs + i);
        throw std::runtime_error("undone");
      }));
  }
  done = true;
  searching.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(list(filter).total, pairs * 2);
  reopen();
  EXPECT_EQ(list(filter).total, pairs * 2);
}

TEST_P(ContactNumbersContract, ReachesTheEndOfALongList) {
  constexpr int many = 1'500;
  write([&](Transaction& tx) {
    for (int i = 0; i < many; ++i)
      tx.contact_numbers().insert(home, number_of(john, std::to_string(5859800000 + i)));
  });
  auto const last = list({}, 20, many - 2);
  EXPECT_EQ(last.total, many);
  ASSERT_EQ(last.items.size(), 2U);
  EXPECT_EQ(last.items[1].number.number.str(), "5859800000");
}

TEST_P(ContactNumbersContract, UpdatesAndRemovesInOneAccountAlone) {
  auto number = number_of(john, "5852984455");
  add(home, number);
  add(other, number);
  number.number = digits("5852984499");
  number.phone_type = PhoneType::other;
  number.primary = number.verified = number.do_not_call = true;
  number.updated_at = later(7);
  write([&](Transaction& tx) { tx.contact_numbers().update(home, number); });
  auto const changed =
      read([&](Transaction const& tx) { return tx.contact_numbers().find(home, number.id); });
  EXPECT_EQ(changed->number.number, digits("5852984499"));
  EXPECT_EQ(changed->number.phone_type, PhoneType::other);
  EXPECT_TRUE(changed->number.primary && changed->number.verified && changed->number.do_not_call);
  EXPECT_EQ(changed->number.updated_at, later(7));
  EXPECT_EQ(changed->number.created_at, noon);

  write([&](Transaction& tx) { tx.contact_numbers().remove(home, number, noon); });
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.contact_numbers().find(home, number.id); }));
  EXPECT_EQ(list({}).total, 0);
  auto const untouched =
      read([&](Transaction const& tx) { return tx.contact_numbers().find(other, number.id); });
  ASSERT_TRUE(untouched);
  EXPECT_EQ(untouched->number.number, digits("5852984455"));
}

TEST_P(ContactNumbersContract, FollowsARenameAtOnce) {
  auto const number = number_of(john, "5852984455");
  add(home, number);
  write([&](Transaction& tx) { tx.people().update(home, patient("pat_1", "Johnny", "Doe-Roe")); });
  EXPECT_EQ(list({}).items[0].person_name, "Johnny Doe-Roe");
}

TEST_P(ContactNumbersContract, FindsOnPersonPrimaryAndEverybodyWithANumber) {
  auto johns = number_of(john, "5852984455", PhoneType::cell);
  johns.primary = true;
  auto const johns_home = number_of(john, "5852984456", PhoneType::home);
  auto const janes = number_of(jane, "5852984455", PhoneType::home);
  for (auto const& number : {johns, johns_home, janes}) add(home, number);
  read([&](Transaction const& tx) {
    auto const& numbers = tx.contact_numbers();
    EXPECT_EQ(numbers.find_on_person(home, john, digits("5852984455"))->id, johns.id);
    EXPECT_FALSE(numbers.find_on_person(home, house, digits("5852984455")));
    EXPECT_FALSE(numbers.find_on_person(other, john, digits("5852984455")));
    EXPECT_EQ(numbers.primary_of(home, john, PhoneType::cell)->id, johns.id);
    EXPECT_FALSE(numbers.primary_of(home, john, PhoneType::home));
    EXPECT_FALSE(numbers.primary_of(other, john, PhoneType::cell));
    EXPECT_THAT(ids_of(numbers.with_number(home, digits("5852984455"), 10)),
                ElementsAre(johns.id.value, janes.id.value))
        << "oldest entry first";
    EXPECT_THAT(ids_of(numbers.with_number(home, digits("5852984455"), 1)), ElementsAre(johns.id.value));
    EXPECT_THAT(numbers.with_number(other, digits("5852984455"), 10), IsEmpty());
    auto const of_john = numbers.of_person(home, john, 10);
    EXPECT_EQ(of_john.size(), 2u);
    EXPECT_EQ(of_john[0].id, johns_home.id) << "newest first";
    EXPECT_EQ(numbers.of_person(home, john, 1).size(), 1u);
    EXPECT_THAT(numbers.of_person(other, john, 10), IsEmpty());
    return 0;
  });
}

TEST_P(ContactNumbersContract, WalksInOrderOfIdUnderChanges) {
  std::vector<ContactNumber> all;
  for (int i = 0; i < 6; ++i) add(home, all.emplace_back(number_of(john, "585298440" + std::to_string(i))));
  add(other, number_of(john, "5852984400"));
  std::vector<std::string> walked;
  ContactNumberId after;
  for (int page = 0;; ++page) {
    auto const items = read([&](Transaction const& tx) { return tx.contact_numbers().walk(home, after, 2); });
    if (items.empty()) break;
    for (auto const& id : ids_of(items)) walked.push_back(id);
    after = items.back().number.id;
    if (page == 0) write([&](Transaction& tx) { tx.contact_numbers().remove(home, all[4], noon); });
  }
  EXPECT_THAT(walked, ElementsAre(all[0].id.value, all[1].id.value, all[2].id.value, all[3].id.value,
                                  all[5].id.value));
}

TEST_P(ContactNumbersContract, GuaranteesANumberOncePerPersonAndOnePrimaryPerType) {
  auto first = number_of(john, "5852984455");
  first.primary = true;
  add(home, first);
  auto const refused = [&](ContactNumber const& number) {
    return !try_write([&](Transaction& tx) { tx.contact_numbers().insert(home, number); });
  };
  EXPECT_TRUE(refused(number_of(john, "5852984455", PhoneType::home))) << "the same number again";
  auto second = number_of(john, "5852984456");
  second.primary = true;
  EXPECT_TRUE(refused(second)) << "a second primary of the type";
  EXPECT_TRUE(refused(number_of({PersonType::patient, {"nobody"}}, "5852984457")))
      << "of a person who is not there";
  second.phone_type = PhoneType::home;
  EXPECT_FALSE(refused(second)) << "a primary of another type";
  EXPECT_FALSE(refused(number_of(jane, "5852984455"))) << "the same number on another person";
  EXPECT_EQ(list({}).total, 3);
}

TEST_P(ContactNumbersContract, RemembersDoNotCallByPersonAndNumber) {
  auto const number = digits("5852984455");
  auto const remembered = [&](AccountId account, PersonRef const& person, std::string_view text) {
    return read([&](Transaction const& tx) {
      return tx.contact_numbers().do_not_call_remembered(account, person, digits(text));
    });
  };
  EXPECT_FALSE(remembered(home, john, "5852984455"));
  for (int twice = 0; twice < 2; ++twice)
    write([&](Transaction& tx) { tx.contact_numbers().remember_do_not_call(home, john, number); });
  EXPECT_TRUE(remembered(home, john, "5852984455"));
  EXPECT_FALSE(remembered(home, john, "5852984456"));
  EXPECT_FALSE(remembered(home, jane, "5852984455"));
  EXPECT_FALSE(remembered(other, john, "5852984455"));
  write([&](Transaction& tx) { tx.contact_numbers().forget_do_not_call(home, john, number); });
  EXPECT_FALSE(remembered(home, john, "5852984455"));
}

}  // namespace
}  // namespace linebook::contract
