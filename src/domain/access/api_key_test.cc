#include "domain/access/api_key.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(Scopes, AreReadAndWrittenAsText) {
  auto const scopes = Scopes::parse("contacts:read,lines:write");
  ASSERT_TRUE(scopes);
  EXPECT_TRUE(scopes->has(Scope::contacts_read));
  EXPECT_TRUE(scopes->has(Scope::lines_write));
  EXPECT_FALSE(scopes->has(Scope::lines_read));
  EXPECT_EQ(scopes->to_string(), "lines:write,contacts:read");
  EXPECT_EQ(Scopes::parse(Scopes::all().to_string()), Scopes::all());
}

TEST(Scopes, AdminHoldsEveryOther) {
  Scopes scopes;
  scopes.add(Scope::admin);
  EXPECT_TRUE(scopes.has(Scope::audit_read));
}

TEST(Scopes, NameTheUnknownOne) {
  auto const scopes = Scopes::parse("lines:read,lines:wirte");
  ASSERT_FALSE(scopes);
  EXPECT_NE(scopes.error().message.find("lines:wirte"), std::string::npos);
}

TEST(Token, HasOneForm) {
  auto const good = "lbk_" + std::string(42, 'x') + "8";
  EXPECT_TRUE(is_token(good, TokenKind::api_key));
  EXPECT_TRUE(is_token("lbk_-_" + std::string(40, '0') + "A", TokenKind::api_key));
  for (std::string const& bad :
       {std::string(), std::string("lbk_"), good.substr(1), good + "A", "LBK_" + good.substr(4),
        "lbk_" + std::string(42, '+') + "8", "lbk_" + std::string(42, 'x') + "9",
        "lbk_" + std::string(42, '\0') + "8", "lbk_" + std::string(42, '\xff') + "8"})
    EXPECT_FALSE(is_token(bad, TokenKind::api_key)) << bad;
  EXPECT_FALSE(is_token(good, TokenKind::session) || is_token(good, TokenKind::sign_in_link));
}

TEST(ApiKey, IsUsableUntilItIsNot) {
  constexpr Instant now{10'000};
  ApiKey key{.id = {"key_1"},
             .account = {1},
             .name = "test",
             .token_hash = {},
             .scopes = Scopes::all(),
             .created_at = {},
             .expires_at = {},
             .revoked_at = {},
             .last_used_at = {}};
  EXPECT_TRUE(is_usable(key, AccountStatus::active, now));
  EXPECT_FALSE(is_usable(key, AccountStatus::suspended, now));
  key.expires_at = now;
  EXPECT_FALSE(is_usable(key, AccountStatus::active, now));
  EXPECT_TRUE(is_usable(key, AccountStatus::active, now - std::chrono::milliseconds(1)));
  key.expires_at.reset();
  key.revoked_at = Instant{0};
  EXPECT_FALSE(is_usable(key, AccountStatus::active, now));
}

}  // namespace
}  // namespace linebook
