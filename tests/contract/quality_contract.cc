// What every store's quality report must count.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::IsEmpty;

class QualityContract : public StoreContract {
 protected:
  QualityReport report(AccountId account) {
    return read([&](Transaction const& tx) { return tx.contact_numbers().quality(account); },
                ReadCost::unbounded);
  }
};

LINEBOOK_EVERY_STORE(QualityContract);

TEST_P(QualityContract, IsEmptyForAnEmptyBook) {
  auto const empty = report(home);
  EXPECT_EQ(empty.total_numbers, 0);
  EXPECT_EQ(empty.people_without_primary, 0);
  EXPECT_THAT(empty.shared_numbers, IsEmpty());
  EXPECT_THAT(empty.never_verified, IsEmpty());
}

TEST_P(QualityContract, CountsAndListsWhatIsDoubtful) {
  PersonRef const a{PersonType::patient, {"a"}}, b{PersonType::patient, {"b"}}, c{PersonType::doctor, {"c"}};
  auto good = number_of(a, "5852984455");
  good.primary = good.verified = true;
  auto const shared = number_of(b, "5852984455");
  auto const shared_again = number_of(c, "5852984455");
  auto const pair_a = number_of(a, "2125550100", PhoneType::home);
  auto const pair_b = number_of(b, "2125550100", PhoneType::home);
  auto const nowhere_1 = number_of(a, "5551234567", PhoneType::other);
  auto const nowhere_2 = number_of(b, "5551234568", PhoneType::other);
  auto const nowhere_else = number_of(b, "0001234567", PhoneType::other);
  auto const exchange = number_of(a, "2129111234", PhoneType::other);
  write([&](Transaction& tx) {
    tx.people().insert(home, patient("a", "Ann", "Able"));
    tx.people().insert(home, patient("b", "Bob", "Baker"));
    tx.people().insert(home, doctor("c", "Cid", "Cook"));
    for (auto const& number :
         {good, shared, shared_again, pair_a, pair_b, nowhere_1, nowhere_2, nowhere_else, exchange})
      tx.contact_numbers().insert(home, number);
    tx.people().insert(other, patient("a"));
    tx.contact_numbers().insert(other, number_of(a, "5852984455"));
  });
  auto const got = report(home);
  EXPECT_EQ(got.total_numbers, 9);
  EXPECT_EQ(got.unassigned_area_code_numbers, 3);
  ASSERT_EQ(got.unassigned_area_codes.size(), 2u);
  EXPECT_EQ(got.unassigned_area_codes[0].area_code, "555") << "most numbers first";
  EXPECT_EQ(got.unassigned_area_codes[0].count, 2);
  EXPECT_EQ(got.unassigned_area_codes[1].area_code, "000");
  EXPECT_EQ(got.invalid_exchange_numbers, 4) << "those of no assigned area code as well";
  ASSERT_EQ(got.invalid_exchanges.size(), 4u);
  std::vector<std::pair<std::string, std::string>> exchanges, expected;
  for (auto const& doubtful : got.invalid_exchanges)
    exchanges.emplace_back(doubtful.id.value, doubtful.number.str());
  for (auto const& number : {nowhere_1, nowhere_2, nowhere_else, exchange})
    expected.emplace_back(number.id.value, number.number.str());
  EXPECT_THAT(exchanges, testing::UnorderedElementsAreArray(expected));
  EXPECT_EQ(got.shared_numbers_total, 2);
  ASSERT_EQ(got.shared_numbers.size(), 2u);
  EXPECT_EQ(got.shared_numbers[0].number, good.number) << "most people first";
  EXPECT_EQ(got.shared_numbers[0].people, 3);
  EXPECT_EQ(got.shared_numbers[1].people, 2);
  EXPECT_EQ(got.never_verified_numbers, 8);
  EXPECT_EQ(got.never_verified.size(), 8u);
  EXPECT_EQ(got.people_without_primary, 2);
  ASSERT_EQ(got.without_primary.size(), 2u);
  std::vector<std::string> names;
  for (auto const& person : got.without_primary) names.push_back(person.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("Bob Baker", "Cid Cook"));
}

TEST_P(QualityContract, ListsTheFirstAndCountsAll) {
  constexpr int people = quality_list_limit + 20;
  write([&](Transaction& tx) {
    for (int i = 0; i < people; ++i) {
      auto const id = std::to_string(1000 + i);
      tx.people().insert(home, patient(id));
      tx.contact_numbers().insert(home, number_of({PersonType::patient, {id}}, "212911" + id));
      tx.contact_numbers().insert(
          home, number_of({PersonType::patient, {id}}, "212555" + std::to_string(1000 + i / 2)));
    }
  });
  auto const got = report(home);
  EXPECT_EQ(got.total_numbers, 2 * people);
  EXPECT_EQ(got.invalid_exchange_numbers, people);
  EXPECT_EQ(std::ssize(got.invalid_exchanges), quality_list_limit);
  EXPECT_EQ(got.never_verified_numbers, 2 * people);
  EXPECT_EQ(std::ssize(got.never_verified), quality_list_limit);
  EXPECT_EQ(got.people_without_primary, people);
  EXPECT_EQ(std::ssize(got.without_primary), quality_list_limit);
  EXPECT_EQ(got.shared_numbers_total, people / 2);
  EXPECT_EQ(std::ssize(got.shared_numbers), people / 2);
}

}  // namespace
}  // namespace linebook::contract
