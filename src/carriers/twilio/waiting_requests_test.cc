#include "carriers/twilio/waiting_requests.h"

#include <gtest/gtest.h>

namespace linebook::twilio {
namespace {

using namespace std::chrono_literals;
using Time = std::chrono::steady_clock::time_point;

WaitingRequest request(std::string account, std::string url = {}, Time until = Time::max()) {
  return {{HttpMethod::get, std::move(url), HeldCredentials({std::move(account), "secret"})}, {}, until};
}

std::string next_account(WaitingRequests& waiting) {
  auto const next = waiting.pop();
  return next ? next->request.credentials->account_sid : "";
}

TEST(WaitingRequests, AccountsTakeTurnsEachInItsOwnOrder) {
  WaitingRequests waiting;
  for (auto const* url : {"1", "2", "3"}) waiting.push(request("ACa", url));
  waiting.push(request("ACb"));
  EXPECT_EQ(waiting.pop()->request.url, "1");
  EXPECT_EQ(next_account(waiting), "ACb");
  EXPECT_EQ(waiting.pop()->request.url, "2");
  EXPECT_EQ(waiting.pop()->request.url, "3");
  EXPECT_FALSE(waiting.pop());
}

TEST(WaitingRequests, NoAccountHasMoreThanItsShareUnderWay) {
  WaitingRequests waiting;
  for (std::size_t i = 0; i < max_under_way_of_account + 2; ++i) waiting.push(request("ACa"));
  for (std::size_t i = 0; i < max_under_way_of_account; ++i) ASSERT_TRUE(waiting.pop());
  EXPECT_FALSE(waiting.pop());
  waiting.push(request("ACb"));
  EXPECT_EQ(next_account(waiting), "ACb");
  waiting.ended("ACa");
  EXPECT_EQ(next_account(waiting), "ACa");
  EXPECT_FALSE(waiting.pop());
}

TEST(WaitingRequests, NotMoreThanAllTogetherMay) {
  WaitingRequests waiting;
  for (std::size_t i = 0; i <= max_under_way; ++i) waiting.push(request("AC" + std::to_string(i % 10)));
  for (std::size_t i = 0; i < max_under_way; ++i) ASSERT_TRUE(waiting.pop());
  EXPECT_FALSE(waiting.pop());
  waiting.ended("AC1");
  EXPECT_TRUE(waiting.pop());
}

TEST(WaitingRequests, WhoeverWaitedTooLongIsTakenOut) {
  WaitingRequests waiting;
  Time const begin{};
  waiting.push(request("ACa", "1", begin + 1s));
  waiting.push(request("ACa", "2", begin + 3s));
  waiting.push(request("ACb", "3", begin + 1s));
  EXPECT_EQ(waiting.take_overdue(begin + 2s).size(), 2u);
  EXPECT_EQ(waiting.pop()->request.url, "2");
  EXPECT_FALSE(waiting.pop());
  waiting.ended("ACa");
  waiting.push(request("ACb", "4"));
  EXPECT_EQ(waiting.take_all().size(), 1u);
  EXPECT_FALSE(waiting.pop());
}

}  // namespace
}  // namespace linebook::twilio
