#include "domain/webhooks/webhook.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

using namespace std::chrono_literals;

TEST(RetryDelay, FollowsTheScheduleWithinAFifth) {
  EXPECT_EQ(retry_delay(1, 0.5, {}), 5s);
  EXPECT_EQ(retry_delay(2, 0.5, {}), 30s);
  EXPECT_EQ(retry_delay(3, 0.5, {}), 2min);
  EXPECT_EQ(retry_delay(4, 0.5, {}), 10min);
  EXPECT_EQ(retry_delay(5, 0.5, {}), 30min);
  EXPECT_EQ(retry_delay(6, 0.5, {}), 1h);
  EXPECT_EQ(retry_delay(7, 0.5, {}), 3h);
  EXPECT_EQ(retry_delay(8, 0.5, {}), 6h);
  EXPECT_EQ(retry_delay(9, 0.5, {}), 12h);
  EXPECT_EQ(retry_delay(10, 0.5, {}), 24h);
  EXPECT_EQ(retry_delay(11, 0.5, {}), 24h);
  EXPECT_EQ(retry_delay(12, 0.5, {}), std::nullopt);
  EXPECT_EQ(retry_delay(0, 0.5, {}), std::nullopt);
  EXPECT_EQ(retry_delay(1, 0, {}), 4s);
  EXPECT_EQ(retry_delay(1, 1, {}), 6s);
}

TEST(RetryDelay, RespectsWhatTheEndpointAsksFor) {
  EXPECT_EQ(retry_delay(1, 0.5, 60s), 60s);
  EXPECT_EQ(retry_delay(1, 0.5, 1s), 5s);
  EXPECT_EQ(retry_delay(1, 0.5, 48h), 24h);
  EXPECT_EQ(retry_delay(1, 0.5, -5s), 5s);
}

TEST(Delivery, EndsWithSuccessOrTheLastAttempt) {
  WebhookDelivery delivery{.sequence = 7, .entity_id = "x"};
  Instant now{1000};
  for (int i = 1; i <= 11; ++i) {
    delivery = after_attempt(delivery, {.status = 500, .latency = 3ms, .answer = "no"}, now, 0.5);
    EXPECT_EQ(delivery.state, DeliveryState::pending) << i;
    EXPECT_EQ(delivery.attempts, i);
    ASSERT_TRUE(delivery.next_at) << i;
  }
  auto const failed = after_attempt(delivery, {.error = "timeout"}, now, 0.5);
  EXPECT_EQ(failed.state, DeliveryState::failed);
  EXPECT_FALSE(failed.next_at);
  EXPECT_FALSE(failed.status);
  EXPECT_EQ(failed.error, "timeout");
  auto const delivered = after_attempt(delivery, {.status = 204}, now, 0.5);
  EXPECT_EQ(delivered.state, DeliveryState::delivered);
  EXPECT_FALSE(delivered.next_at);
  EXPECT_FALSE(delivered.error);
}

TEST(Verdict, IsByTheStatus) {
  for (int status : {200, 201, 204, 299})
    EXPECT_EQ(verdict_on({.status = status}), AttemptVerdict::delivered);
  for (int status : {0, 100, 301, 302, 400, 404, 429, 500, 503})
    EXPECT_EQ(verdict_on({.status = status}), AttemptVerdict::failed) << status;
  EXPECT_EQ(verdict_on({.status = 410}), AttemptVerdict::gone);
}

}  // namespace
}  // namespace linebook
