#include "http/codec/page_token.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fakes/plain_secrets.h"

namespace linebook::http {
namespace {

constexpr Instant made_at{1'739'955'000'000};
constexpr AccountId ours{1}, theirs{2};
constexpr std::string_view binding = "/phone_numbers?";

class PageTokenTest : public testing::Test {
 protected:
  fakes::PlainSecrets secrets;
  PageTokens tokens{secrets};
  std::string token = tokens.make(ours, binding, "1739955000000:pn_1", made_at);

  ErrorCode code(AccountId account, std::string_view b, std::string_view t, Instant now = made_at) {
    auto read = tokens.read(account, b, t, now);
    return read ? ErrorCode::conflict : read.error().code;
  }
};

TEST_F(PageTokenTest, GivesTheCursorBack) {
  auto const cursor = tokens.read(ours, binding, token, made_at + std::chrono::days(29));
  ASSERT_TRUE(cursor);
  EXPECT_EQ(*cursor, "1739955000000:pn_1");
}

TEST_F(PageTokenTest, IsSafeInUrls) {
  EXPECT_TRUE(std::ranges::all_of(token, [](char c) {
    return std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-").find(c) !=
           std::string_view::npos;
  }));
}

TEST_F(PageTokenTest, IsRefusedElsewhere) {
  EXPECT_EQ(code(theirs, binding, token), ErrorCode::invalid_page_token);
  EXPECT_EQ(code(ours, "/phone_numbers?8:provider3:byo", token), ErrorCode::invalid_page_token);
  EXPECT_EQ(code(ours, binding, ""), ErrorCode::invalid_page_token);
  EXPECT_EQ(code(ours, binding, "AAAA"), ErrorCode::invalid_page_token);
  EXPECT_EQ(code(ours, binding, token + "="), ErrorCode::invalid_page_token);
  EXPECT_EQ(code(ours, binding, std::string(100'000, 'A')), ErrorCode::invalid_page_token);
}

TEST_F(PageTokenTest, IsRefusedWhenAnyCharacterWasChanged) {
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(code(ours, binding, forged), ErrorCode::invalid_page_token) << i;
  }
}

TEST_F(PageTokenTest, ExpiresAfterThirtyDays) {
  EXPECT_EQ(code(ours, binding, token, made_at + issued_token_life + std::chrono::seconds(1)),
            ErrorCode::expired);
}

}  // namespace
}  // namespace linebook::http
