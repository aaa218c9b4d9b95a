#include "http/access/sign_in_attempts.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;

class SignInAttemptsTest : public testing::Test {
 protected:
  bool may_try(char const* from) { return attempts.begin(make_address(from), now).has_value(); }

  SignInAttempts attempts;
  SignInAttempts::Clock::time_point now = SignInAttempts::Clock::now();
};

TEST_F(SignInAttemptsTest, SoManyMayFail) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(may_try("192.0.2.1")) << i;
  auto const refused = attempts.begin(make_address("192.0.2.1"), now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_many_requests);
  EXPECT_EQ(refused.error().retry_after_seconds, 6);
  EXPECT_TRUE(may_try("192.0.2.2")) << "another network";
  now += 6s;
  EXPECT_TRUE(may_try("192.0.2.1"));
  EXPECT_FALSE(may_try("192.0.2.1"));
}

TEST_F(SignInAttemptsTest, ANeighbourInTheSameNetworkIsTheSame) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(may_try("2001:db8:0:1::1"));
  EXPECT_FALSE(may_try("2001:db8:0:1::2"));
}

TEST_F(SignInAttemptsTest, WhatSucceedsIsLimitedToo) {
  auto const client = make_address("192.0.2.1");
  int succeeded = 0;
  while (succeeded < 1000 && attempts.begin(client, now)) {
    attempts.succeeded(client);
    ++succeeded;
  }
  EXPECT_EQ(succeeded, 120);
  now += 1s;
  EXPECT_TRUE(may_try("192.0.2.1"));
}

TEST_F(SignInAttemptsTest, AllTogetherMayNotFailForEver) {
  int tried = 0;
  for (int network = 0; network < 250; ++network)
    if (may_try(("198.51." + std::to_string(network) + ".1").c_str())) ++tried;
  EXPECT_LE(tried, 200);
  EXPECT_GE(tried, 150);
}

}  // namespace
}  // namespace linebook::http
