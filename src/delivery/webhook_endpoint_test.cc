#include "delivery/webhook_endpoint.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

using Kind = WebhookEndpoint::Kind;
using Offer = WebhookEndpoint::Offer;

Event event(std::int64_t sequence, std::string entity = "phn_1", Entity type = Entity::contact_number) {
  return {.sequence = sequence,
          .entity = type,
          .action = Action::updated,
          .entity_id = std::move(entity),
          .json = "{}"};
}

WebhookDelivery delivery(std::int64_t sequence, DeliveryState state, std::string entity = "phn_1",
                         std::optional<Instant> next_at = {}) {
  return {.sequence = sequence, .entity_id = std::move(entity), .state = state, .next_at = next_at};
}

AccountWebhook held(WebhookOrder order = WebhookOrder::any, std::int64_t position = 10) {
  return {.account = {1},
          .webhook = {.id = {"whk_1"},
                      .url = "https://example.com/",
                      .types = *parse_event_patterns("contact_number.*"),
                      .order = order,
                      .secret_sealed = {},
                      .created_at = {},
                      .updated_at = {},
                      .position = position}};
}

WebhookEndpoint endpoint(WebhookOrder order = WebhookOrder::any, WebhookEndpoint::Standing standing = {}) {
  return {held(order), std::move(standing)};
}

constexpr Instant now{1'000'000};
constexpr auto delivered = DeliveryState::delivered;
constexpr auto pending = DeliveryState::pending;

TEST(WebhookEndpoint, MovesOnBehindWhatIsStored) {
  auto e = endpoint();
  EXPECT_EQ(e.offer(event(11)), Offer::send);
  EXPECT_EQ(e.offer(event(12)), Offer::send);
  EXPECT_EQ(e.offer(event(13, "call_1", Entity::call)), Offer::pass);
  EXPECT_EQ(e.progress({}).position, 10);
  EXPECT_EQ(e.progress({12}).position, 10);
  e.answered(delivery(12, delivered), now);
  e.stored(delivery(12, delivered), Kind::attempt, false, now);
  EXPECT_EQ(e.progress({}).position, 10);
  EXPECT_EQ(e.progress({11}).position, 13);
  EXPECT_EQ(e.cursor(), 13);
}

TEST(WebhookEndpoint, AnotherAddressBeginsWithTheWholePatience) {
  auto e = endpoint();
  EXPECT_EQ(e.offer(event(11)), Offer::send);
  e.answered(delivery(11, pending), now);
  auto const later = now + patience_with_endpoint;
  EXPECT_TRUE(e.has_failed_for_long(later));
  auto moved = held();
  EXPECT_TRUE(e.refresh(moved));
  EXPECT_TRUE(e.has_failed_for_long(later)) << "the same address";
  moved.webhook.url = "https://example.com/elsewhere";
  EXPECT_TRUE(e.refresh(moved));
  EXPECT_FALSE(e.has_failed_for_long(later));
  EXPECT_EQ(e.progress({}).failing_since, std::nullopt);
}

TEST(WebhookEndpoint, PassesWhatItHasTold) {
  auto e = endpoint(WebhookOrder::any, {.secrets = {}, .told = {12}, .entities = {}});
  EXPECT_EQ(e.offer(event(11)), Offer::send);
  EXPECT_EQ(e.offer(event(12)), Offer::pass);
}

TEST(WebhookEndpoint, HasThirtyTwoOnTheirWayOnceItHasAnswered) {
  auto e = endpoint();
  for (std::int64_t i = 0; i < 4; ++i) {
    ASSERT_EQ(e.room(), 4u - static_cast<std::size_t>(i));
    e.offer(event(11 + i));
  }
  EXPECT_EQ(e.room(), 0u);
  e.answered(delivery(11, delivered), now);
  EXPECT_EQ(e.room(), 29u);
  EXPECT_EQ(e.room(4), 1u) << "its share, where many have much to tell: three are on their way";
  EXPECT_EQ(e.room(2), 0u);
}

TEST(WebhookEndpoint, OneThatFailsIsAskedGently) {
  auto e = endpoint();
  e.offer(event(11));
  e.answered(delivery(11, pending, "phn_1", now), now);
  EXPECT_EQ(e.room(), WebhookEndpoint::max_in_flight_while_failing);
  EXPECT_EQ(e.progress({11}).failing_since, now);
  EXPECT_FALSE(e.has_failed_for_long(now + patience_with_endpoint - std::chrono::seconds(1)));
  EXPECT_TRUE(e.has_failed_for_long(now + patience_with_endpoint));
  e.offer(event(12));
  e.answered(delivery(12, delivered), now);
  EXPECT_EQ(e.progress({}).failing_since, std::nullopt);
}

TEST(WebhookEndpoint, DoesNotSendTwiceWhatIsOnItsWay) {
  auto e = endpoint();
  auto const due = delivery(5, pending, "phn_1", now);
  EXPECT_TRUE(e.begin_again(due));
  EXPECT_FALSE(e.begin_again(due));
  e.answered(delivery(5, delivered), now);
  EXPECT_FALSE(e.begin_again(due));  // the store still has it as due
  e.stored(delivery(5, delivered), Kind::attempt, false, now);
  EXPECT_TRUE(e.begin_again(due));
}

TEST(WebhookEndpoint, RemembersWhatIsDueNext) {
  auto e = endpoint();
  e.offer(event(11));
  e.answered(delivery(11, pending), now);
  e.stored(delivery(11, pending, "phn_1", now + std::chrono::seconds(5)), Kind::attempt, false, now);
  EXPECT_EQ(e.next_due(), now + std::chrono::seconds(5));
  e.nothing_more_due();
  EXPECT_EQ(e.next_due(), std::nullopt);
}

TEST(WebhookEndpoint, OrderedOneAtATimeOfAnEntity) {
  auto e = endpoint(WebhookOrder::by_entity);
  EXPECT_EQ(e.offer(event(11, "a")), Offer::send);
  EXPECT_EQ(e.offer(event(12, "a")), Offer::waits);
  EXPECT_EQ(e.offer(event(13, "b")), Offer::send);
  EXPECT_FALSE(e.frees_entity(delivery(12, pending, "a"), Kind::waiting));
  e.stored(delivery(12, pending, "a"), Kind::waiting, false, now);
  e.answered(delivery(11, delivered, "a"), now);
  EXPECT_TRUE(e.frees_entity(delivery(11, delivered, "a"), Kind::attempt));
  e.stored(delivery(11, delivered, "a"), Kind::attempt, true, now);  // 12 was woken
  EXPECT_EQ(e.next_due(), now);
  EXPECT_EQ(e.offer(event(14, "a")), Offer::waits);  // behind 12
  EXPECT_TRUE(e.begin_again(delivery(12, pending, "a", now)));
  e.stored(delivery(14, pending, "a"), Kind::waiting, false, now);
  e.answered(delivery(12, delivered, "a"), now);
  e.stored(delivery(12, delivered, "a"), Kind::attempt, true, now);
  EXPECT_TRUE(e.begin_again(delivery(14, pending, "a", now)));
  e.answered(delivery(14, delivered, "a"), now);
  e.stored(delivery(14, delivered, "a"), Kind::attempt, false, now);
  EXPECT_EQ(e.offer(event(15, "a")), Offer::send);
}

TEST(WebhookEndpoint, OrderedWaitsWhileAnEarlierOneIsTriedAgain) {
  auto e = endpoint(WebhookOrder::by_entity);
  e.offer(event(11, "a"));
  e.answered(delivery(11, pending, "a"), now);
  auto const failed = delivery(11, pending, "a", now + std::chrono::seconds(5));
  EXPECT_FALSE(e.frees_entity(failed, Kind::attempt));
  e.stored(failed, Kind::attempt, false, now);
  EXPECT_EQ(e.offer(event(12, "a")), Offer::waits);
  // Nothing of the entity is on its way: whichever is first becomes due, which is 11, and has its time.
  EXPECT_TRUE(e.frees_entity(delivery(12, pending, "a"), Kind::waiting));
}

TEST(WebhookEndpoint, OrderedTakesOverWhatWaits) {
  // 12 was stored behind 11, whose fate went with the node that had sent it.
  auto e = endpoint(WebhookOrder::by_entity, {.secrets = {}, .told = {12}, .entities = {"a"}});
  EXPECT_EQ(e.offer(event(11, "a")), Offer::waits);
  EXPECT_TRUE(e.frees_entity(delivery(11, pending, "a"), Kind::waiting));
  EXPECT_EQ(e.offer(event(12, "a")), Offer::pass);
}

TEST(WebhookEndpoint, AnotherRoundBeginsAnew) {
  auto e = endpoint();
  auto same = held();
  same.next_due = now;
  EXPECT_TRUE(e.refresh(same));
  EXPECT_EQ(e.next_due(), now);
  auto replayed = held();
  replayed.webhook.round = 1;
  EXPECT_FALSE(e.refresh(replayed));
}

}  // namespace
}  // namespace linebook
