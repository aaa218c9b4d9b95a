// What every store owes the contact book.
#include <gmock/gmock.h>

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

}  // namespace
}  // namespace linebook::contract
