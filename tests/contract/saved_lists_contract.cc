// What every store owes saved lists: each as it was kept, and a name once in an account.
#include <gmock/gmock.h>

#include "app/contacts/saved_lists.h"
#include "contract/store_contract.h"
#include "fakes/plain_secrets.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SavedListsContract : public StoreContract {
 protected:
  SavedList saved(std::string name, Instant created = noon) {
    return {.id = {ids.next("sl_", created)},
            .name = std::move(name),
            .created_at = created,
            .updated_at = created};
  }
  SavedList added(AccountId account, SavedList list) {
    write([&](Transaction& tx) { tx.saved_lists().insert(account, list); });
    return list;
  }
  std::vector<std::string> names(std::int64_t limit, std::optional<Keyset> const& after = {}) {
    std::vector<std::string> names;
    for (auto const& list :
         read([&](Transaction const& tx) { return tx.saved_lists().list(home, after, limit); }))
      names.push_back(list.name);
    return names;
  }

  fakes::PlainSecrets secrets;
  Policies policies;
};

LINEBOOK_EVERY_STORE(SavedListsContract);

TEST_P(SavedListsContract, KeepsAListAsItIs) {
  auto const plain = added(home, saved("All of them"));
  auto full = added(home, saved("Zoë’s \\N 山田"));
  full.name = "Zoë’s \\N 山田 (2)";
  full.filter = {.search = "o'néill, j",
                 .person_type = PersonType::doctor,
                 .phone_type = PhoneType::other,
                 .primary = true,
                 .verified = false,
                 .do_not_call = true};
  full.sort = NumberOrder::name;
  full.updated_at = later(5000);
  write([&](Transaction& tx) { tx.saved_lists().update(home, full); });
  auto people = saved("People");
  people.of = Listed::doctors;
  added(home, people);
  reopen();
  for (auto const& list : {plain, full, people})
    EXPECT_EQ(read([&](Transaction const& tx) { return tx.saved_lists().look_at(home, list.id); }), list);
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.saved_lists().look_at(other, full.id); }));
}

TEST_P(SavedListsContract, FindsByNameAndAge) {
  auto const first = added(home, saved("a")), second = added(home, saved("b", later(1)));
  added(other, saved("a"));
  write([&](Transaction& tx) {
    EXPECT_EQ(tx.saved_lists().named(home, "a")->id, first.id);
    EXPECT_EQ(tx.saved_lists().find(home, second.id), second);
    EXPECT_FALSE(tx.saved_lists().named(home, "A")) << "another name";
    EXPECT_EQ(tx.saved_lists().count(home), 2);
  });
  EXPECT_THAT(names(1), ElementsAre("b"));
  EXPECT_THAT(names(10, Keyset{second.created_at, second.id.value}), ElementsAre("a"));
  write([&](Transaction& tx) { tx.saved_lists().remove(home, first.id); });
  EXPECT_THAT(names(10), ElementsAre("b"));
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.saved_lists().count(other); }), 1);
  EXPECT_THAT(names(10, Keyset{second.created_at, second.id.value}), IsEmpty());
}

TEST_P(SavedListsContract, ANameIsTakenOnceAndAnAccountHasSoMany) {
  auto const make = [&](std::string name) {
    return write_and_wait(store(), [&](Transaction& tx) -> Result<SavedList> {
      return create_saved_list(tx, {home, "key_1", "req_1", noon, ids, secrets, policies},
                               {.name = name, .of = Listed::phone_numbers});
    });
  };
  ASSERT_TRUE(make("a"));
  EXPECT_EQ(make("a").error().code, ErrorCode::already_exists);
  write([&](Transaction& tx) {
    for (std::int64_t n = 1; n < max_saved_lists; ++n)
      tx.saved_lists().insert(home, saved("list " + std::to_string(n)));
  });
  EXPECT_EQ(make("one more").error().code, ErrorCode::conflict);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.saved_lists().count(home); }), max_saved_lists);
}

}  // namespace
}  // namespace linebook::contract
