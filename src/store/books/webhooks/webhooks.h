// Webhooks, and how delivery to each stands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/webhooks.h"
#include "store/books/session/session.h"
#include "store/books/webhooks/webhook_rows.h"

namespace linebook::books {

inline constexpr Statement webhook_by_id{
    "webhook_by_id",
    SQL("SELECT ", webhook_columns, " FROM webhooks WHERE account_id = ?1 AND id = ?2{LOCK}")};
inline constexpr Statement webhooks_of_account{
    "webhooks_of_account",
    SQL("SELECT ", webhook_columns, " FROM webhooks WHERE account_id = ?1 ORDER BY id DESC")};
inline constexpr Statement insert_webhook{
    "insert_webhook", SQL("INSERT INTO webhooks (account_id, ", webhook_columns, ") VALUES (?1..?17)")};
inline constexpr Statement update_webhook{
    "update_webhook",
    SQL("UPDATE webhooks SET url = ?3, types = ?4, description = ?5, ordered = ?6, secret_sealed = ?7,"
        " previous_secret_sealed = ?8, previous_until = ?9, enabled = ?10, disabled_reason = ?11,"
        " disabled_at = ?12, updated_at = ?13, failing_since = ?14 WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement restart_webhook{
    "restart_webhook",
    SQL("UPDATE webhooks SET position = ?3, round = ?4 WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement remove_webhook{"remove_webhook",
                                          SQL("DELETE FROM webhooks WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement remove_webhook_deliveries{
    "remove_webhook_deliveries",
    SQL("DELETE FROM webhook_deliveries WHERE account_id = ?1 AND webhook_id = ?2")};

inline constexpr Statement webhooks_free{
    "webhooks_free",
    SQL("SELECT account_id, ", webhook_columns,
        " FROM webhooks{INDEXED BY webhooks_by_lease} WHERE enabled{= 1} AND lease_until <= ?1"
        " ORDER BY lease_until LIMIT ?2{HOLD SKIP LOCKED}")};
inline constexpr Statement lease_webhook{
    "lease_webhook",
    SQL("UPDATE webhooks SET lease = ?3, lease_until = ?4 WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement renew_webhooks{"renew_webhooks",
                                          SQL("UPDATE webhooks SET lease_until = ?2 WHERE lease = ?1")};
inline constexpr Statement webhooks_held{
    "webhooks_held",
    SQL("SELECT account_id, ", webhook_columns,
        ", (SELECT min(d.next_at) FROM webhook_deliveries d WHERE d.account_id = w.account_id"
        " AND d.webhook_id = w.id AND d.state = 'pending') FROM webhooks w WHERE lease = ?1"
        " AND (SELECT a.status FROM accounts a WHERE a.id = w.account_id) = 'active' AND enabled{= 1}")};
inline constexpr Statement release_webhooks{
    "release_webhooks", SQL("UPDATE webhooks SET lease = NULL, lease_until = 0 WHERE lease = ?1")};
inline constexpr Statement end_webhook_leases{
    "end_webhook_leases", SQL("UPDATE webhooks SET lease = NULL, lease_until = 0 WHERE lease IS NOT NULL")};
inline constexpr Statement settle_webhook{
    "settle_webhook", SQL("UPDATE webhooks SET position = {GREATEST}(position, ?5), failing_since = ?6"
                          " WHERE account_id = ?1 AND id = ?2 AND lease = ?3 AND round = ?4")};

inline constexpr Statement webhook_delivery{
    "webhook_delivery", SQL("SELECT ", delivery_columns,
                            " FROM webhook_deliveries WHERE account_id = ?1 AND webhook_id = ?2"
                            " AND sequence = ?3{LOCK}")};
inline constexpr Statement webhook_deliveries_before{
    "webhook_deliveries_before",
    SQL("SELECT ", delivery_columns,
        " FROM webhook_deliveries WHERE account_id = ?1 AND webhook_id = ?2 AND sequence < ?3"
        " ORDER BY sequence DESC LIMIT ?4")};
inline constexpr Statement webhook_deliveries_in_state{
    "webhook_deliveries_in_state",
    SQL("SELECT ", delivery_columns,
        " FROM webhook_deliveries{INDEXED BY webhook_deliveries_by_state} WHERE account_id = ?1"
        " AND webhook_id = ?2 AND state = ?5 AND sequence < ?3 ORDER BY sequence DESC LIMIT ?4")};
inline constexpr Statement put_webhook_delivery{
    "put_webhook_delivery",
    SQL("INSERT INTO webhook_deliveries (account_id, webhook_id, ", delivery_columns,
        ") SELECT account_id, id, ?3..?13 FROM webhooks WHERE account_id = ?1 AND id = ?2"
        " ON CONFLICT (account_id, webhook_id, sequence) DO UPDATE SET entity_id = excluded.entity_id,"
        " round = excluded.round, state = excluded.state, attempts = excluded.attempts,"
        " next_at = excluded.next_at, status = excluded.status, latency_ms = excluded.latency_ms,"
        " answer = excluded.answer, error = excluded.error, attempted_at = excluded.attempted_at")};
inline constexpr Statement webhook_deliveries_due{
    "webhook_deliveries_due",
    SQL("SELECT ", delivery_columns,
        " FROM webhook_deliveries{INDEXED BY webhook_deliveries_by_due} WHERE account_id = ?1"
        " AND webhook_id = ?2 AND state = 'pending' AND next_at <= ?3 ORDER BY next_at, sequence LIMIT ?4")};
inline constexpr Statement webhook_deliveries_behind{
    "webhook_deliveries_behind",
    SQL("SELECT sequence FROM webhook_deliveries WHERE account_id = ?1 AND webhook_id = ?2"
        " AND sequence > ?3 AND round = ?4 ORDER BY sequence LIMIT ?5")};
inline constexpr Statement entities_with_pending_deliveries{
    "entities_with_pending_deliveries",
    SQL("SELECT DISTINCT entity_id FROM webhook_deliveries{INDEXED BY webhook_deliveries_by_entity}"
        " WHERE account_id = ?1 AND webhook_id = ?2 AND state = 'pending' LIMIT ?3")};
inline constexpr Statement pending_delivery_of_entity{
    "pending_delivery_of_entity",
    SQL("SELECT sequence FROM webhook_deliveries{INDEXED BY webhook_deliveries_by_entity}"
        " WHERE account_id = ?1 AND webhook_id = ?2 AND entity_id = ?3 AND state = 'pending' LIMIT 1")};
inline constexpr Statement wake_webhook_delivery{
    "wake_webhook_delivery",
    SQL("UPDATE webhook_deliveries SET next_at = ?4 WHERE account_id = ?1 AND webhook_id = ?2"
        " AND next_at IS NULL AND state = 'pending' AND sequence = (SELECT min(d.sequence)"
        " FROM webhook_deliveries d WHERE d.account_id = ?1 AND d.webhook_id = ?2 AND d.entity_id = ?3"
        " AND d.state = 'pending')")};
inline constexpr Statement wake_webhook_deliveries{
    "wake_webhook_deliveries",
    SQL("UPDATE webhook_deliveries SET next_at = ?3 WHERE account_id = ?1 AND webhook_id = ?2"
        " AND state = 'pending' AND next_at IS NULL")};
inline constexpr Statement drop_pending_deliveries{
    "drop_pending_deliveries",
    SQL("DELETE FROM webhook_deliveries WHERE account_id = ?1 AND webhook_id = ?2 AND sequence >= ?3"
        " AND state = 'pending'")};
inline constexpr Statement forget_webhook_deliveries{
    "forget_webhook_deliveries",
    SQL("DELETE FROM webhook_deliveries WHERE (account_id, webhook_id, sequence) IN"
        " (SELECT account_id, webhook_id, sequence FROM webhook_deliveries{INDEXED BY"
        " webhook_deliveries_by_age} WHERE attempted_at < ?1 AND state <> 'pending'"
        " ORDER BY attempted_at LIMIT ?2)")};

template <class Session>
class WebhooksBook final : public Webhooks {
 public:
  explicit WebhooksBook(Session& session) : session_(session) {}

  std::optional<Webhook> find(AccountId account, WebhookId const& id) const override {
    session_.claim(claim_on_webhook(account, id));
    return session_.query(webhook_by_id, account, id).one(webhook_of<0, Row>);
  }

  std::vector<Webhook> list(AccountId account) const override {
    return session_.query(webhooks_of_account, account).all(webhook_of<0, Row>);
  }

  void insert(AccountId account, Webhook const& w) override {
    session_.claim(claim_on_webhook(account, w.id));
    session_.change(insert_webhook, account, w.id, w.url, to_string(w.types), w.description,
                    w.order == WebhookOrder::by_entity, Bytes{w.secret_sealed},
                    bytes_of(w.previous_secret_sealed), w.previous_until, w.enabled, w.disabled_reason,
                    w.disabled_at, w.created_at, w.updated_at, w.position, w.round, w.failing_since);
  }

  void update(AccountId account, Webhook const& w) override {
    session_.claim(claim_on_webhook(account, w.id));
    session_.change(update_webhook, account, w.id, w.url, to_string(w.types), w.description,
                    w.order == WebhookOrder::by_entity, Bytes{w.secret_sealed},
                    bytes_of(w.previous_secret_sealed), w.previous_until, w.enabled, w.disabled_reason,
                    w.disabled_at, w.updated_at, w.failing_since);
  }

  void restart(AccountId account, WebhookId const& id, std::int64_t position, std::int64_t round) override {
    session_.claim(claim_on_webhook(account, id));
    session_.change(restart_webhook, account, id, position, round);
  }

  void remove(AccountId account, WebhookId const& id) override {
    session_.claim(claim_on_webhook(account, id));
    session_.change(remove_webhook_deliveries, account, id);
    session_.change(remove_webhook, account, id);
  }

  std::vector<AccountWebhook> claim(std::string const& lease, Instant now, Instant until,
                                    std::int64_t limit) override {
    session_.claim(claim_on_webhook_leases());
    auto free = session_.query(webhooks_free, now, limit).all(account_webhook_of<Row>);
    for (auto const& one : free) session_.change(lease_webhook, one.account, one.webhook.id, lease, until);
    return free;
  }

  void renew(std::string const& lease, Instant until) override {
    session_.claim(claim_on_webhook_leases());
    session_.change(renew_webhooks, lease, until);
  }

  std::vector<AccountWebhook> held(std::string const& lease) const override {
    return session_.query(webhooks_held, lease).all(held_webhook_of<Row>);
  }

  void release(std::string const& lease) override { session_.change(release_webhooks, lease); }
  void end_leases() override { session_.change(end_webhook_leases); }

  bool settle(AccountId account, WebhookId const& id, std::string const& lease, std::int64_t round,
              WebhookProgress const& progress) override {
    session_.claim(claim_on_webhook(account, id));
    return session_.changed(settle_webhook, account, id, lease, round, progress.position,
                            progress.failing_since) > 0;
  }

  std::optional<WebhookDelivery> find_delivery(AccountId account, WebhookId const& id,
                                               std::int64_t sequence) const override {
    return session_.query(webhook_delivery, account, id, sequence).one(delivery_of<Row>);
  }

  std::vector<WebhookDelivery> deliveries(AccountId account, WebhookId const& id,
                                          DeliveryFilter const& filter, std::optional<std::int64_t> before,
                                          std::int64_t limit) const override {
    auto const end = before.value_or(INT64_MAX);
    if (!filter.state)
      return session_.query(webhook_deliveries_before, account, id, end, limit).all(delivery_of<Row>);
    return session_.query(webhook_deliveries_in_state, account, id, end, limit, *filter.state)
        .all(delivery_of<Row>);
  }

  void put_delivery(AccountId account, WebhookId const& id, WebhookDelivery const& d) override {
    session_.change(put_webhook_delivery, account, id, d.sequence, d.entity_id, d.round, d.state, d.attempts,
                    d.next_at, d.status, d.latency_ms, d.answer, d.error, d.attempted_at);
  }

  std::vector<WebhookDelivery> due(AccountId account, WebhookId const& id, Instant now,
                                   std::int64_t limit) const override {
    return session_.query(webhook_deliveries_due, account, id, now, limit).all(delivery_of<Row>);
  }

  std::vector<std::int64_t> told_behind(AccountId account, WebhookId const& id, std::int64_t position,
                                        std::int64_t round, std::int64_t limit) const override {
    return session_.query(webhook_deliveries_behind, account, id, position, round, limit)
        .all([](Row const& row) { return row.template get<std::int64_t>(0); });
  }

  std::vector<std::string> entities_pending(AccountId account, WebhookId const& id,
                                            std::int64_t limit) const override {
    return session_.query(entities_with_pending_deliveries, account, id, limit).all([](Row const& row) {
      return row.template get<std::string>(0);
    });
  }

  bool wake_next_of(AccountId account, WebhookId const& id, std::string_view entity, Instant now) override {
    return session_.changed(wake_webhook_delivery, account, id, entity, now) > 0;
  }

  bool has_pending(AccountId account, WebhookId const& id, std::string_view entity) const override {
    return session_.query(pending_delivery_of_entity, account, id, entity)
        .one([](Row const& row) { return row.template get<std::int64_t>(0); })
        .has_value();
  }

  void wake_all(AccountId account, WebhookId const& id, Instant now) override {
    session_.change(wake_webhook_deliveries, account, id, now);
  }

  void drop_pending_from(AccountId account, WebhookId const& id, std::int64_t sequence) override {
    session_.change(drop_pending_deliveries, account, id, sequence);
  }

  std::int64_t forget_deliveries(Instant before, std::int64_t limit) override {
    return session_.changed(forget_webhook_deliveries, before, limit);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books
