// What every store owes webhooks and their deliveries.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class WebhooksContract : public StoreContract {
 protected:
  Webhook webhook(std::string id, std::int64_t position = 0) {
    return {.id = {std::move(id)},
            .url = "https://example.com/hook",
            .types = *parse_event_patterns("contact_number.*,call.updated"),
            .secret_sealed = std::string("\0sealed\xFF", 8),
            .created_at = later(1),
            .updated_at = later(1),
            .position = position};
  }
  void add(AccountId account, Webhook const& w) {
    write([&](Transaction& tx) { tx.webhooks().insert(account, w); });
  }
  std::optional<Webhook> kept(AccountId account, WebhookId const& id) {
    return read([&](Transaction const& tx) { return tx.webhooks().find(account, id); });
  }
  std::vector<std::string> claim(std::string const& lease, Instant now, std::int64_t limit = 10) {
    std::vector<std::string> ids;
    write([&](Transaction& tx) {
      ids.clear();
      for (auto const& one : tx.webhooks().claim(lease, now, now + std::chrono::seconds(8), limit))
        ids.push_back(one.webhook.id.value);
    });
    return ids;
  }
  std::vector<std::string> held(std::string const& lease) {
    std::vector<std::string> ids;
    for (auto const& one : read([&](Transaction const& tx) { return tx.webhooks().held(lease); }))
      ids.push_back(one.webhook.id.value);
    return ids;
  }
  void put(WebhookId const& id, WebhookDelivery const& d) {
    write([&](Transaction& tx) { tx.webhooks().put_delivery(home, id, d); });
  }
  std::vector<std::int64_t> due(WebhookId const& id, Instant now, std::int64_t limit = 10) {
    std::vector<std::int64_t> sequences;
    for (auto const& d : read([&](Transaction const& tx) { return tx.webhooks().due(home, id, now, limit); }))
      sequences.push_back(d.sequence);
    return sequences;
  }
  std::vector<std::int64_t> listed(WebhookId const& id, DeliveryFilter const& filter,
                                   std::optional<std::int64_t> before = {}, std::int64_t limit = 10) {
    std::vector<std::int64_t> sequences;
    for (auto const& d : read([&](Transaction const& tx) {
           return tx.webhooks().deliveries(home, id, filter, before, limit);
         }))
      sequences.push_back(d.sequence);
    return sequences;
  }
  bool settle(WebhookId const& id, std::string const& lease, std::int64_t round,
              WebhookProgress const& progress) {
    bool done = false;
    write([&](Transaction& tx) { done = tx.webhooks().settle(home, id, lease, round, progress); });
    return done;
  }
};

LINEBOOK_EVERY_STORE(WebhooksContract);

TEST_P(WebhooksContract, KeepsEveryField) {
  auto w = webhook("whk_1", 7);
  add(home, w);
  auto const fresh = kept(home, w.id);
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->url, w.url);
  EXPECT_EQ(to_string(fresh->types), "contact_number.*,call.updated");
  EXPECT_EQ(fresh->secret_sealed, w.secret_sealed);
  EXPECT_EQ(fresh->order, WebhookOrder::any);
  EXPECT_TRUE(fresh->enabled);
  EXPECT_EQ(fresh->position, 7);
  EXPECT_EQ(fresh->round, 0);
  EXPECT_FALSE(fresh->description || fresh->previous_secret_sealed || fresh->previous_until ||
               fresh->disabled_reason || fresh->disabled_at || fresh->failing_since);
  EXPECT_FALSE(kept(other, w.id));

  w.url = "https://example.org/";
  w.types = *parse_event_patterns("*");
  w.description = "ours";
  w.order = WebhookOrder::by_entity;
  w.previous_secret_sealed = std::exchange(w.secret_sealed, "other");
  w.previous_until = later(9);
  w.enabled = false;
  w.disabled_reason = "gone";
  w.disabled_at = later(3);
  w.updated_at = later(4);
  w.position = 99;  // not the settings' to change
  write([&](Transaction& tx) { tx.webhooks().update(home, w); });
  auto const changed = kept(home, w.id);
  EXPECT_EQ(changed->url, w.url);
  EXPECT_EQ(to_string(changed->types), "*");
  EXPECT_EQ(changed->description, "ours");
  EXPECT_EQ(changed->order, WebhookOrder::by_entity);
  EXPECT_EQ(changed->secret_sealed, "other");
  EXPECT_EQ(changed->previous_secret_sealed, w.previous_secret_sealed);
  EXPECT_EQ(changed->previous_until, later(9));
  EXPECT_FALSE(changed->enabled);
  EXPECT_EQ(changed->disabled_reason, "gone");
  EXPECT_EQ(changed->disabled_at, later(3));
  EXPECT_EQ(changed->created_at, later(1));
  EXPECT_EQ(changed->updated_at, later(4));
  EXPECT_EQ(changed->position, 7);
}

TEST_P(WebhooksContract, ListsNewestFirstAndRemovesWithDeliveries) {
  add(home, webhook("whk_1"));
  add(home, webhook("whk_2"));
  add(other, webhook("whk_3"));
  auto const ids = [&] {
    std::vector<std::string> found;
    for (auto const& w : read([&](Transaction const& tx) { return tx.webhooks().list(home); }))
      found.push_back(w.id.value);
    return found;
  };
  EXPECT_THAT(ids(), ElementsAre("whk_2", "whk_1"));
  put({"whk_1"}, {.sequence = 1, .entity_id = "a"});
  write([&](Transaction& tx) { tx.webhooks().remove(home, {"whk_1"}); });
  EXPECT_THAT(ids(), ElementsAre("whk_2"));
  EXPECT_THAT(listed({"whk_1"}, {}), IsEmpty());
  // What comes back of a request to one that is gone is not kept.
  put({"whk_1"}, {.sequence = 2, .entity_id = "a"});
  EXPECT_THAT(listed({"whk_1"}, {}), IsEmpty());
}

TEST_P(WebhooksContract, OneHolderAtATime) {
  add(home, webhook("whk_1"));
  add(other, webhook("whk_2"));
  auto off = webhook("whk_3");
  off.enabled = false;
  add(home, off);
  EXPECT_THAT(claim("node_a", later(0), 1).size(), 1);
  EXPECT_THAT(claim("node_b", later(0)).size(), 1);
  EXPECT_THAT(claim("node_b", later(1)), IsEmpty());
  EXPECT_EQ(held("node_a").size() + held("node_b").size(), 2);
  // Whoever does not renew loses it.
  write([&](Transaction& tx) { tx.webhooks().renew("node_b", later(60'000)); });
  auto const of_b = held("node_b");
  EXPECT_EQ(claim("node_c", later(9'000)).size(), 1);
  EXPECT_THAT(held("node_a"), IsEmpty());
  EXPECT_EQ(held("node_b"), of_b);
  write([&](Transaction& tx) { tx.webhooks().release("node_b"); });
  EXPECT_THAT(held("node_b"), IsEmpty());
  EXPECT_EQ(claim("node_d", later(9'001)), of_b);
  write([](Transaction& tx) { tx.webhooks().end_leases(); });
  EXPECT_THAT(claim("node_e", later(9'002)), UnorderedElementsAre("whk_1", "whk_2"));
}

TEST_P(WebhooksContract, OnlyTheHolderSettlesAndOnlyItsRound) {
  add(home, webhook("whk_1", 10));
  ASSERT_EQ(claim("node_a", later(0)).size(), 1);
  EXPECT_FALSE(settle({"whk_1"}, "node_b", 0, {11, {}}));
  EXPECT_TRUE(settle({"whk_1"}, "node_a", 0, {15, later(2)}));
  EXPECT_EQ(kept(home, {"whk_1"})->position, 15);
  EXPECT_EQ(kept(home, {"whk_1"})->failing_since, later(2));
  EXPECT_TRUE(settle({"whk_1"}, "node_a", 0, {12, {}}));
  EXPECT_EQ(kept(home, {"whk_1"})->position, 15);  // never back
  EXPECT_FALSE(kept(home, {"whk_1"})->failing_since);
  write([&](Transaction& tx) { tx.webhooks().restart(home, {"whk_1"}, 3, 1); });
  EXPECT_FALSE(settle({"whk_1"}, "node_a", 0, {20, {}}));
  EXPECT_EQ(kept(home, {"whk_1"})->position, 3);
  EXPECT_TRUE(settle({"whk_1"}, "node_a", 1, {4, {}}));
}

TEST_P(WebhooksContract, KeepsDeliveries) {
  add(home, webhook("whk_1"));
  WebhookDelivery d{.sequence = 5, .entity_id = "phn_1"};
  put({"whk_1"}, d);
  auto const found = [&] {
    return *read([&](Transaction const& tx) { return tx.webhooks().find_delivery(home, {"whk_1"}, 5); });
  };
  EXPECT_EQ(found().state, DeliveryState::pending);
  EXPECT_FALSE(found().next_at || found().status || found().latency_ms || found().answer || found().error ||
               found().attempted_at);
  d.round = 2;
  d.state = DeliveryState::failed;
  d.attempts = 12;
  d.next_at = later(5);
  d.status = 503;
  d.latency_ms = 17;
  d.answer = "zoë\n";
  d.error = "timeout";
  d.attempted_at = later(4);
  put({"whk_1"}, d);
  EXPECT_EQ(found().entity_id, "phn_1");
  EXPECT_EQ(found().round, 2);
  EXPECT_EQ(found().state, DeliveryState::failed);
  EXPECT_EQ(found().attempts, 12);
  EXPECT_EQ(found().next_at, later(5));
  EXPECT_EQ(found().status, 503);
  EXPECT_EQ(found().latency_ms, 17);
  EXPECT_EQ(found().answer, "zoë\n");
  EXPECT_EQ(found().error, "timeout");
  EXPECT_EQ(found().attempted_at, later(4));
}

TEST_P(WebhooksContract, PagesThroughDeliveriesByState) {
  add(home, webhook("whk_1"));
  for (std::int64_t i = 1; i <= 6; ++i)
    put({"whk_1"}, {.sequence = i,
                    .entity_id = "a",
                    .state = i % 2 == 0 ? DeliveryState::delivered : DeliveryState::pending});
  EXPECT_THAT(listed({"whk_1"}, {}, {}, 4), ElementsAre(6, 5, 4, 3));
  EXPECT_THAT(listed({"whk_1"}, {}, 3), ElementsAre(2, 1));
  EXPECT_THAT(listed({"whk_1"}, {DeliveryState::delivered}, {}, 2), ElementsAre(6, 4));
  EXPECT_THAT(listed({"whk_1"}, {DeliveryState::pending}, 5), ElementsAre(3, 1));
  EXPECT_THAT(listed({"whk_1"}, {DeliveryState::failed}), IsEmpty());
}

TEST_P(WebhooksContract, DueOnesAreThoseWhoseTimeHasCome) {
  add(home, webhook("whk_1"));
  ASSERT_EQ(claim("node_a", later(0)).size(), 1);
  put({"whk_1"}, {.sequence = 1, .entity_id = "a", .next_at = later(30)});
  put({"whk_1"}, {.sequence = 2, .entity_id = "b", .next_at = later(10)});
  put({"whk_1"}, {.sequence = 3, .entity_id = "b"});  // waits behind 2
  put({"whk_1"}, {.sequence = 4, .entity_id = "c", .state = DeliveryState::delivered, .next_at = later(1)});
  EXPECT_THAT(due({"whk_1"}, later(5)), IsEmpty());
  EXPECT_THAT(due({"whk_1"}, later(10)), ElementsAre(2));
  EXPECT_THAT(due({"whk_1"}, later(99)), ElementsAre(2, 1));
  EXPECT_THAT(due({"whk_1"}, later(99), 1), ElementsAre(2));
  auto const holding = read([](Transaction const& tx) { return tx.webhooks().held("node_a"); });
  ASSERT_EQ(holding.size(), 1);
  EXPECT_EQ(holding[0].account, home);
  EXPECT_EQ(holding[0].next_due, later(10));
}

TEST_P(WebhooksContract, WhatWaitsBehindAnotherIsWokenInOrder) {
  add(home, webhook("whk_1"));
  auto const wake = [&](std::string const& entity) {
    bool woke = false;
    write([&](Transaction& tx) { woke = tx.webhooks().wake_next_of(home, {"whk_1"}, entity, later(7)); });
    return woke;
  };
  put({"whk_1"}, {.sequence = 4, .entity_id = "a"});
  put({"whk_1"}, {.sequence = 2, .entity_id = "a"});
  put({"whk_1"}, {.sequence = 3, .entity_id = "b"});
  EXPECT_TRUE(wake("a"));
  EXPECT_THAT(due({"whk_1"}, later(7)), ElementsAre(2));
  EXPECT_FALSE(wake("a"));  // the first one has its time already
  EXPECT_FALSE(wake("c"));
  auto const has_pending = [&](std::string const& entity) {
    return read([&](Transaction const& tx) { return tx.webhooks().has_pending(home, {"whk_1"}, entity); });
  };
  EXPECT_TRUE(has_pending("a"));
  EXPECT_FALSE(has_pending("c"));
  put({"whk_1"}, {.sequence = 2, .entity_id = "a", .state = DeliveryState::delivered});
  EXPECT_TRUE(wake("a"));
  EXPECT_THAT(due({"whk_1"}, later(7)), ElementsAre(4));
  EXPECT_THAT(
      read([&](Transaction const& tx) { return tx.webhooks().entities_pending(home, {"whk_1"}, 10); }),
      UnorderedElementsAre("a", "b"));
  write([&](Transaction& tx) { tx.webhooks().wake_all(home, {"whk_1"}, later(8)); });
  EXPECT_THAT(due({"whk_1"}, later(8)), ElementsAre(4, 3));
}

TEST_P(WebhooksContract, KnowsWhatThisRoundHasTold) {
  add(home, webhook("whk_1"));
  for (std::int64_t i = 1; i <= 5; ++i)
    put({"whk_1"}, {.sequence = i, .entity_id = "a", .round = i < 4 ? 1 : 0});
  auto const told = [&](std::int64_t position, std::int64_t round, std::int64_t limit = 10) {
    return read([&](Transaction const& tx) {
      return tx.webhooks().told_behind(home, {"whk_1"}, position, round, limit);
    });
  };
  EXPECT_THAT(told(1, 1), ElementsAre(2, 3));
  EXPECT_THAT(told(0, 1, 2), ElementsAre(1, 2));
  EXPECT_THAT(told(0, 0), ElementsAre(4, 5));
  write([&](Transaction& tx) { tx.webhooks().drop_pending_from(home, {"whk_1"}, 3); });
  EXPECT_THAT(listed({"whk_1"}, {}), ElementsAre(2, 1));
}

TEST_P(WebhooksContract, ForgetsWhatEndedLongAgo) {
  add(home, webhook("whk_1"));
  put({"whk_1"},
      {.sequence = 1, .entity_id = "a", .state = DeliveryState::delivered, .attempted_at = later(1)});
  put({"whk_1"}, {.sequence = 2, .entity_id = "a", .state = DeliveryState::failed, .attempted_at = later(2)});
  put({"whk_1"}, {.sequence = 3, .entity_id = "a", .attempted_at = later(1)});
  put({"whk_1"},
      {.sequence = 4, .entity_id = "a", .state = DeliveryState::delivered, .attempted_at = later(9)});
  std::int64_t forgotten = 0;
  write([&](Transaction& tx) { forgotten = tx.webhooks().forget_deliveries(later(5), 1); });
  EXPECT_EQ(forgotten, 1);
  EXPECT_THAT(listed({"whk_1"}, {}), ElementsAre(4, 3, 2));
  write([&](Transaction& tx) { forgotten = tx.webhooks().forget_deliveries(later(5), 10); });
  EXPECT_EQ(forgotten, 1);
  EXPECT_THAT(listed({"whk_1"}, {}), ElementsAre(4, 3));
}

}  // namespace
}  // namespace linebook::contract
