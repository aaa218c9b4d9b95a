// What every store owes accounts and keys.
#include <gmock/gmock.h>

#include "app/access/own_keys.h"
#include "contract/store_contract.h"
#include "fakes/plain_secrets.h"

namespace linebook::contract {
namespace {

class AccountsContract : public StoreContract {
 protected:
  ApiKey key(std::string id, AccountId account, Instant created = noon) {
    ApiKey k;
    k.id = {std::move(id)};
    k.account = account;
    k.name = "console";
    k.token_hash = std::string("hash\0of ", 8) + k.id.value;
    k.scopes = Scopes::all();
    k.created_at = created;
    return k;
  }
  std::optional<ApiKey> find_key(KeyId const& id) {
    return read([&](Transaction const& tx) { return tx.accounts().find_key(id); });
  }
};

LINEBOOK_EVERY_STORE(AccountsContract);

TEST_P(AccountsContract, GivesIdsInOrderAndKeepsEveryField) {
  EXPECT_LT(home, other);
  auto const found = read([&](Transaction const& tx) { return tx.accounts().find(home); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, home);
  EXPECT_EQ(found->name, "home");
  EXPECT_EQ(found->status, AccountStatus::active);
  EXPECT_EQ(found->wrapped_data_key, std::string("key\0of ", 7) + "home");
  EXPECT_EQ(found->created_at, noon);
}

TEST_P(AccountsContract, FindsByNameAndListsByName) {
  auto const third = make_account("another");
  read([&](Transaction const& tx) {
    EXPECT_EQ(tx.accounts().find_by_name("other")->id, other);
    EXPECT_FALSE(tx.accounts().find_by_name("Other"));
    EXPECT_FALSE(tx.accounts().find(AccountId{third.value + 1}));
    std::vector<std::string> names;
    for (auto const& account : tx.accounts().list()) names.push_back(account.name);
    EXPECT_THAT(names, testing::ElementsAre("another", "home", "other"));
    return 0;
  });
}

TEST_P(AccountsContract, TakesANewDataKey) {
  auto const key = std::string("new\0key", 7);
  write([&](Transaction& tx) { tx.accounts().set_wrapped_data_key(home, key); });
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.accounts().find(home); })->wrapped_data_key, key);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.accounts().find(other); })->wrapped_data_key,
            std::string("key\0of ", 7) + "other");
}

TEST_P(AccountsContract, RefusesANameTwice) {
  auto const again = try_write([&](Transaction& tx) {
    tx.accounts().insert({.id = {}, .name = "home", .wrapped_data_key = "k", .created_at = noon});
  });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::internal_error);
  EXPECT_EQ(read([](Transaction const& tx) { return tx.accounts().list().size(); }), 2u);
}

TEST_P(AccountsContract, KeepsEveryFieldOfAKey) {
  auto k = key("key_1", home);
  k.scopes = {};
  k.scopes.add(Scope::lines_read);
  k.scopes.add(Scope::contacts_write);
  k.rate_limit = 0;
  k.expires_at = later(1);
  k.revoked_at = later(2);
  k.last_used_at = later(3);
  write([&](Transaction& tx) { tx.accounts().insert_key(k); });
  auto const found = find_key(k.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, k.id);
  EXPECT_EQ(found->account, home);
  EXPECT_EQ(found->name, "console");
  EXPECT_EQ(found->token_hash, k.token_hash);
  EXPECT_EQ(found->scopes, k.scopes);
  EXPECT_EQ(found->rate_limit, 0);
  EXPECT_EQ(found->created_at, noon);
  EXPECT_EQ(found->expires_at, later(1));
  EXPECT_EQ(found->revoked_at, later(2));
  EXPECT_EQ(found->last_used_at, later(3));
}

TEST_P(AccountsContract, ChangesOneKeyAlone) {
  auto const k = key("key_1", home);
  write([&](Transaction& tx) {
    tx.accounts().insert_key(k);
    tx.accounts().insert_key(key("key_2", home));
    tx.accounts().revoke_key(k.id, later(5));
    tx.accounts().set_key_last_used(k.id, later(6));
  });
  EXPECT_EQ(find_key(k.id)->revoked_at, later(5));
  EXPECT_EQ(find_key(k.id)->last_used_at, later(6));
  EXPECT_FALSE(find_key({"key_2"})->revoked_at);
  EXPECT_FALSE(find_key({"key_2"})->last_used_at);
}

TEST_P(AccountsContract, SuspendsAndRevives) {
  auto const status = [&](AccountId id) {
    return read([&](Transaction const& tx) { return tx.accounts().find(id); })->status;
  };
  write([&](Transaction& tx) { tx.accounts().set_status(home, AccountStatus::suspended); });
  EXPECT_EQ(status(home), AccountStatus::suspended);
  EXPECT_EQ(status(other), AccountStatus::active);
  write([&](Transaction& tx) { tx.accounts().set_status(home, AccountStatus::active); });
  EXPECT_EQ(status(home), AccountStatus::active);
}

TEST_P(AccountsContract, LimitsAnAccount) {
  auto const k = key("key_1", home, noon);
  write([&](Transaction& tx) { tx.accounts().insert_key(k); });
  auto const limit = [&] {
    return read([&](Transaction const& tx) { return tx.accounts().find_bearer(k.token_hash); })
        ->account_rate_limit;
  };
  EXPECT_EQ(limit(), 0);
  auto const generation = store().keys_generation();
  write([&](Transaction& tx) { tx.accounts().set_rate_limit(home, 600); });
  EXPECT_EQ(limit(), 600);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.accounts().find(home); })->rate_limit, 600);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.accounts().find(other); })->rate_limit, 0);
  EXPECT_NE(store().keys_generation(), generation) << "who remembers the key looks again";
}

TEST_P(AccountsContract, CountsWhatIsTakenOfAMinute) {
  auto const take = [&](AccountId account, std::int64_t minute, std::int64_t requests) {
    std::int64_t taken = 0;
    write([&](Transaction& tx) { taken = tx.accounts().take_requests(account, minute, requests); });
    return taken;
  };
  EXPECT_EQ(take(home, 100, 5), 5);
  EXPECT_EQ(take(home, 100, 3), 8);
  EXPECT_EQ(take(other, 100, 1), 1) << "each account by itself";
  EXPECT_EQ(take(home, 99, 1), 9) << "a node whose clock is a little behind";
  EXPECT_EQ(take(home, 101, 2), 2);
  EXPECT_EQ(take(home, 50, 4), 4) << "a clock was far ahead, and is mended";
}

TEST_P(AccountsContract, ListsKeysByAccountThenOldestFirst) {
  write([&](Transaction& tx) {
    tx.accounts().insert_key(key("key_3", other, noon));
    tx.accounts().insert_key(key("key_1", home, later(10)));
    tx.accounts().insert_key(key("key_2", home, later(5)));
  });
  std::vector<std::string> listed;
  for (auto const& k : read([](Transaction const& tx) { return tx.accounts().list_keys(); }))
    listed.push_back(k.id.value);
  EXPECT_THAT(listed, testing::ElementsAre("key_2", "key_1", "key_3"));
  EXPECT_EQ(read([](Transaction const& tx) { return tx.accounts().find_key({"key_3"}); })->account, other);
  EXPECT_FALSE(read([](Transaction const& tx) { return tx.accounts().find_key({"key_9"}); }));
}

TEST_P(AccountsContract, WalksAnAccountsKeysNewestFirst) {
  write([&](Transaction& tx) {
    tx.accounts().insert_key(key("key_1", home));
    tx.accounts().insert_key(key("key_2", home));
    tx.accounts().insert_key(key("key_3", home, later(-5)));
    tx.accounts().insert_key(key("key_4", other));
    tx.accounts().revoke_key({"key_2"}, noon);
  });
  auto const page = [&](std::optional<Keyset> const& after, std::int64_t limit) {
    std::vector<std::string> ids;
    for (auto const& k :
         read([&](Transaction const& tx) { return tx.accounts().keys_of(home, after, limit); }))
      ids.push_back(k.id.value);
    return ids;
  };
  EXPECT_THAT(page({}, 2), testing::ElementsAre("key_2", "key_1"));
  EXPECT_THAT(page(Keyset{noon, "key_1"}, 2), testing::ElementsAre("key_3"));
  EXPECT_THAT(page(Keyset{later(-5), "key_3"}, 2), testing::IsEmpty());
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.accounts().count_keys(home); }), 2) << "not revoked";
}

TEST_P(AccountsContract, MakesNoMoreKeysThanAnAccountMay) {
  write([&](Transaction& tx) {
    for (std::int64_t n = 0; n < max_own_keys; ++n)
      tx.accounts().insert_key(key("key_" + std::to_string(n), home));
  });
  fakes::PlainSecrets secrets;
  Policies const policies;
  auto const make = [&] {
    return write_and_wait(store(), [&](Transaction& tx) {
      Context const ctx{home, "key_0", "req_1", noon, ids, secrets, policies};
      return create_own_key(tx, ctx, {.name = "one more", .scopes = Scopes::all()});
    });
  };
  auto const refused = make();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  write([&](Transaction& tx) { tx.accounts().revoke_key({"key_1"}, noon); });
  EXPECT_TRUE(make());
  EXPECT_FALSE(make());
  write([&](Transaction& tx) { tx.accounts().revoke_key({"key_0"}, noon); });
  EXPECT_EQ(make().error().code, ErrorCode::unauthorized) << "whoever asks was revoked meanwhile";
}

TEST_P(AccountsContract, FindsWhoeverHoldsAToken) {
  auto const k = key("key_1", home);
  auto const other_key = key("key_2", other);
  write([&](Transaction& tx) {
    tx.accounts().insert_key(k);
    tx.accounts().insert_key(other_key);
  });
  auto const bearer = [&](TokenHash const& hash) {
    return read([&](Transaction const& tx) { return tx.accounts().find_bearer(hash); });
  };
  EXPECT_EQ(bearer(k.token_hash)->key.id, k.id);
  EXPECT_EQ(bearer(k.token_hash)->key.account, home);
  EXPECT_EQ(bearer(other_key.token_hash)->key.id, other_key.id);
  EXPECT_FALSE(bearer(std::string(32, 'x')));
  write([&](Transaction& tx) {
    tx.accounts().set_status(home, AccountStatus::suspended);
    tx.accounts().revoke_key(other_key.id, noon);
  });
  EXPECT_EQ(bearer(k.token_hash)->account_status, AccountStatus::suspended);
  EXPECT_EQ(bearer(other_key.token_hash)->account_status, AccountStatus::active);
  EXPECT_EQ(bearer(other_key.token_hash)->key.revoked_at, noon);
}

TEST_P(AccountsContract, TellsWhichKeysAndAccountsHaveChanged) {
  auto const k = key("key_1", home);
  auto const at_first = store().keys_generation();
  write([&](Transaction& tx) { tx.accounts().insert_key(k); });
  make_account("third");
  write([&](Transaction& tx) { tx.accounts().set_key_last_used(k.id, noon); });
  write([&](Transaction& tx) { tx.people().insert(home, patient("pat_1")); });
  EXPECT_EQ(store().keys_generation(), at_first) << "nobody can have remembered what is new";
  EXPECT_FALSE(store().key_changes_since(at_first).any());

  write([&](Transaction& tx) { tx.accounts().revoke_key(k.id, noon); });
  EXPECT_NE(store().keys_generation(), at_first);
  EXPECT_THAT(store().key_changes_since(at_first).keys, testing::Contains(k.id));
  EXPECT_THAT(store().key_changes_since(at_first).accounts, testing::IsEmpty());
  for (auto const status : {AccountStatus::suspended, AccountStatus::active}) {
    auto const before = store().keys_generation();
    write([&](Transaction& tx) { tx.accounts().set_status(home, status); });
    EXPECT_THAT(store().key_changes_since(before).accounts, testing::Contains(home)) << to_string(status);
    EXPECT_FALSE(store().key_changes_since(before).everything);
  }
}

}  // namespace
}  // namespace linebook::contract
