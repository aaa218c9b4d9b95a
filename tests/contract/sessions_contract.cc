// What every store owes those who are signed in, and what signing in and out does on each.
#include <gmock/gmock.h>

#include <algorithm>

#include "app/access/accounts.h"
#include "app/access/sessions.h"
#include "contract/store_contract.h"
#include "fakes/plain_secrets.h"

namespace linebook::contract {
namespace {

class SessionsContract : public StoreContract {
 protected:
  Context context(AccountId account, Instant now = noon) {
    return {account, "operator", "req_1", now, ids, secrets, policies};
  }
  template <class Work>
  auto run(Work work) {
    return write_and_wait(store(), std::move(work));
  }
  NewKey make_key(AccountId account, std::optional<Instant> expires = {}) {
    return run([&](Transaction& tx) {
             return create_key(tx, context(account), {.name = "desk", .expires_at = expires});
           })
        .value();
  }
  Result<NewSession> enter(std::string const& token, Instant now = noon) {
    return run([&](Transaction& tx) { return sign_in(tx, context({}, now), token, "192.0.2.7"); });
  }
  Result<NewSession> follow(std::string const& token, Instant now = noon) {
    return run([&](Transaction& tx) { return sign_in_by_link(tx, context({}, now), token, "192.0.2.7"); });
  }
  std::optional<Bearer> bearer(std::string const& token) {
    auto const mac = secrets.mac(MacPurpose::token_hash, token);
    return read(
        [&](Transaction const& tx) { return tx.accounts().find_bearer(TokenHash(mac.begin(), mac.end())); });
  }
  void leave(SessionId const& id) {
    EXPECT_TRUE(run([&](Transaction& tx) { return sign_out(tx, context(home), id); }));
  }
  std::size_t signed_in(KeyId const& key) {
    return read([&](Transaction const& tx) { return tx.sessions().signed_in_with(key).size(); });
  }

  fakes::PlainSecrets secrets;
  Policies const policies;
};

LINEBOOK_EVERY_STORE(SessionsContract);

TEST_P(SessionsContract, ASessionIsASecondTokenOfItsKey) {
  auto const key = make_key(home);
  auto const made = enter(key.token);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->view.account.name, "home");
  EXPECT_EQ(made->view.session.expires_at, noon + session_lasts);
  auto const found = bearer(made->token);
  ASSERT_TRUE(found && found->session);
  EXPECT_EQ(found->key.id, key.key.id);
  EXPECT_EQ(found->key.account, home);
  EXPECT_EQ(found->session->id, made->view.session.id);
  EXPECT_EQ(found->session->expires_at, noon + session_lasts);
  EXPECT_FALSE(bearer(key.token)->session);
  reopen();
  EXPECT_TRUE(bearer(made->token)) << "it outlives the server";
}

TEST_P(SessionsContract, WhoeverSignsInAnewLeavesNothingBehind) {
  auto const key = make_key(home);
  auto const before = enter(key.token);
  auto const other = enter(key.token);
  ASSERT_TRUE(before && other);
  auto const leave_with = [&](std::string const& token, Instant now = noon) {
    run([&](Transaction& tx) -> Result<void> {
      leave_session(tx, context({}, now), token);
      return {};
    }).value();
  };
  leave_with(before->token, noon + session_lasts);
  EXPECT_TRUE(bearer(before->token)) << "over by itself: nothing to be written down";
  leave_with(before->token);
  EXPECT_FALSE(bearer(before->token));
  for (auto const& nobodys : {before->token, key.token, std::string(), secrets.new_token(TokenKind::session)})
    leave_with(nobodys);
  EXPECT_TRUE(bearer(other->token));
  EXPECT_TRUE(bearer(key.token)) << "the key itself goes on";
}

TEST_P(SessionsContract, NobodySignsInWithWhatDoesNotWork) {
  auto const key = make_key(home);
  auto const short_lived = make_key(home, later(1000));
  EXPECT_EQ(enter(short_lived.token)->view.session.expires_at, later(1000)) << "never beyond its key";
  auto const code_of = [](Result<NewSession> const& made) {
    return made ? std::optional<ErrorCode>() : made.error().code;
  };
  EXPECT_EQ(code_of(enter(short_lived.token, later(1000))), ErrorCode::unauthorized);
  EXPECT_EQ(code_of(enter("lbk_")), ErrorCode::unauthorized);
  EXPECT_EQ(code_of(enter(secrets.new_token(TokenKind::api_key))), ErrorCode::unauthorized);
  auto const session = enter(key.token);
  EXPECT_EQ(code_of(enter(session->token)), ErrorCode::unauthorized) << "a session is no key";
  write([&](Transaction& tx) { tx.accounts().revoke_key(key.key.id, noon); });
  EXPECT_EQ(code_of(enter(key.token)), ErrorCode::unauthorized);
  EXPECT_FALSE(is_usable(*bearer(session->token), noon));
  auto const suspended = make_key(other);
  write([&](Transaction& tx) { tx.accounts().set_status(other, AccountStatus::suspended); });
  EXPECT_EQ(code_of(enter(suspended.token)), ErrorCode::unauthorized);
}

TEST_P(SessionsContract, ASessionEndsAloneOrWithAllOfItsKey) {
  auto const key = make_key(home);
  auto const another = make_key(home);
  auto const first = enter(key.token).value();
  auto const second = enter(key.token).value();
  auto const third = enter(another.token).value();
  auto const before = store().keys_generation();
  leave(first.view.session.id);
  auto const changes = store().key_changes_since(before);
  ASSERT_FALSE(changes.sessions.empty());
  EXPECT_EQ(changes.sessions[0].id, first.view.session.id);
  EXPECT_EQ(changes.sessions[0].key, key.key.id);
  EXPECT_TRUE(changes.keys.empty() && changes.accounts.empty() && !changes.everything);
  EXPECT_FALSE(bearer(first.token));
  EXPECT_TRUE(bearer(second.token) && bearer(third.token) && bearer(key.token));
  leave(first.view.session.id);  // once more changes nothing

  auto const ended = run([&](Transaction& tx) { return sign_out_everywhere(tx, context(home), key.key.id); });
  EXPECT_EQ(ended, 1);
  EXPECT_FALSE(bearer(second.token));
  EXPECT_TRUE(bearer(third.token) && bearer(key.token));
}

TEST_P(SessionsContract, TheOldestMakesRoom) {
  auto const key = make_key(home);
  auto const first = enter(key.token).value();
  for (std::size_t i = 1; i < max_sessions_of_key; ++i) ASSERT_TRUE(enter(key.token, later(1)));
  EXPECT_TRUE(bearer(first.token));
  ASSERT_TRUE(enter(key.token, later(2)));
  EXPECT_FALSE(bearer(first.token));
  EXPECT_EQ(signed_in(key.key.id), max_sessions_of_key);
}

TEST_P(SessionsContract, ALinkSignsInOnce) {
  auto const link = run([&](Transaction& tx) { return make_sign_in_link(tx, context(home)); }).value();
  EXPECT_FALSE(bearer(link)) << "it is no token for requests";
  auto const made = follow(link, noon + sign_in_link_lasts - std::chrono::milliseconds(1));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->view.key.name, console_key_name);
  EXPECT_EQ(made->view.key.account, home);
  EXPECT_TRUE(bearer(made->token));
  EXPECT_EQ(follow(link).error().code, ErrorCode::expired);

  auto const late = run([&](Transaction& tx) { return make_sign_in_link(tx, context(home)); }).value();
  EXPECT_EQ(follow(late, noon + sign_in_link_lasts).error().code, ErrorCode::expired);
  auto const again = follow(late);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->view.key.id, made->view.key.id) << "the key that was made for the first link";
  EXPECT_EQ(follow("lbl_").error().code, ErrorCode::expired);
}

TEST_P(SessionsContract, ALinkIsOfAKeyThatWorks) {
  auto const key = make_key(home);
  auto const make = [&] {
    return run([&](Transaction& tx) { return make_sign_in_link(tx, context({}), key.key.id); });
  };
  auto const link = make();
  ASSERT_TRUE(link);
  write([&](Transaction& tx) { tx.accounts().revoke_key(key.key.id, noon); });
  EXPECT_EQ(follow(*link).error().code, ErrorCode::expired);
  EXPECT_EQ(make().error().code, ErrorCode::conflict);
  EXPECT_EQ(run([&](Transaction& tx) { return make_sign_in_link(tx, context({}), {"key_9"}); }).error().code,
            ErrorCode::not_found);
}

TEST_P(SessionsContract, WhatIsOverIsForgotten) {
  auto const key = make_key(home);
  auto const first = enter(key.token).value();
  auto const second = enter(key.token, later(1)).value();
  auto const forget = [&](Instant before, std::int64_t limit) {
    return run([&](Transaction& tx) -> Result<std::int64_t> { return tx.sessions().forget(before, limit); });
  };
  EXPECT_EQ(forget(first.view.session.expires_at, 10), 0);
  EXPECT_EQ(forget(second.view.session.expires_at, 10), 1);
  EXPECT_FALSE(bearer(first.token));
  EXPECT_TRUE(bearer(second.token));
}

TEST_P(SessionsContract, TheLedgerTellsWhoCameAndWentButNoSecret) {
  auto const key = make_key(home);
  auto const session = enter(key.token).value();
  leave(session.view.session.id);
  auto const entries =
      read([&](Transaction const& tx) { return tx.ledger().newest(home, {}, std::nullopt, 10).entries; });
  ASSERT_GE(entries.size(), 2U);
  EXPECT_EQ(entries[0].entity, Entity::session);
  EXPECT_EQ(entries[0].action, Action::revoked);
  EXPECT_EQ(entries[1].entity, Entity::session);
  EXPECT_EQ(entries[1].action, Action::created);
  EXPECT_EQ(entries[1].actor, key.key.id.value);
  EXPECT_THAT(entries[1].changes,
              testing::Contains(FieldChange{"from", {}, std::string("192.0.2.7"), Secrecy::open}));
  for (auto const& entry : entries)
    for (auto const& change : entry.changes) {
      auto const* is = std::get_if<std::string>(&change.is);
      EXPECT_FALSE(is != nullptr && is->find("lbs_") != is->npos);
    }
}

}  // namespace
}  // namespace linebook::contract
