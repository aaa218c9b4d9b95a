// Webhooks and their deliveries, as a store keeps them (domain/webhooks/webhook.h). One node delivers an
// endpoint at a time: it holds a lease on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/webhooks/webhook.h"

namespace linebook {

struct AccountWebhook {
  AccountId account;
  Webhook webhook;
  std::optional<Instant> next_due = {};  // when the first of its pending deliveries is
};

struct DeliveryFilter {
  std::optional<DeliveryState> state = {};
};

/// How a holder leaves an endpoint's delivery.
struct WebhookProgress {
  std::int64_t position = 0;
  std::optional<Instant> failing_since = {};
};

class Webhooks {
 public:
  virtual ~Webhooks() = default;

  virtual std::optional<Webhook> find(AccountId, WebhookId const&) const = 0;
  /// Newest first; an account has max_webhooks_of_account at most.
  virtual std::vector<Webhook> list(AccountId) const = 0;

  virtual void insert(AccountId, Webhook const&) = 0;
  /// All but how delivery stands.
  virtual void update(AccountId, Webhook const&) = 0;
  /// Begins delivery anew behind `position`.
  virtual void restart(AccountId, WebhookId const&, std::int64_t position, std::int64_t round) = 0;
  /// With its deliveries.
  virtual void remove(AccountId, WebhookId const&) = 0;

  // For whoever delivers:
  /// Leases enabled ones that nobody holds.
  virtual std::vector<AccountWebhook> claim(std::string const& lease, Instant now, Instant until,
                                            std::int64_t limit) = 0;
  virtual void renew(std::string const& lease, Instant until) = 0;
  /// Enabled ones under this lease, of accounts that are not suspended.
  virtual std::vector<AccountWebhook> held(std::string const& lease) const = 0;
  virtual void release(std::string const& lease) = 0;
  /// Only for whoever knows that nobody else works here.
  virtual void end_leases() = 0;
  /// False, and nothing changed: it is not held under this lease, or delivery has begun anew since. A
  /// position never goes back.
  virtual bool settle(AccountId, WebhookId const&, std::string const& lease, std::int64_t round,
                      WebhookProgress const&) = 0;

  // Deliveries:
  virtual std::optional<WebhookDelivery> find_delivery(AccountId, WebhookId const&,
                                                       std::int64_t sequence) const = 0;
  /// Newest event first, before `before`.
  virtual std::vector<WebhookDelivery> deliveries(AccountId, WebhookId const&, DeliveryFilter const&,
                                                  std::optional<std::int64_t> before,
                                                  std::int64_t limit) const = 0;
  /// Inserts or replaces. Nothing where the webhook is gone.
  virtual void put_delivery(AccountId, WebhookId const&, WebhookDelivery const&) = 0;
  /// Pending ones whose time has come, longest due first.
  virtual std::vector<WebhookDelivery> due(AccountId, WebhookId const&, Instant now,
                                           std::int64_t limit) const = 0;
  /// Those behind `position` that this round has told already, by sequence.
  virtual std::vector<std::int64_t> told_behind(AccountId, WebhookId const&, std::int64_t position,
                                                std::int64_t round, std::int64_t limit) const = 0;
  /// Entities that have pending deliveries.
  virtual std::vector<std::string> entities_pending(AccountId, WebhookId const&,
                                                    std::int64_t limit) const = 0;
  /// The first pending delivery of an entity that waits behind another becomes due. False: there is none.
  virtual bool wake_next_of(AccountId, WebhookId const&, std::string_view entity_id, Instant now) = 0;
  /// Are there pending deliveries of the entity, due or not?
  virtual bool has_pending(AccountId, WebhookId const&, std::string_view entity_id) const = 0;
  /// Whatever waits behind another of its entity becomes due.
  virtual void wake_all(AccountId, WebhookId const&, Instant now) = 0;
  /// Pending ones from `sequence` on: they are told anew.
  virtual void drop_pending_from(AccountId, WebhookId const&, std::int64_t sequence) = 0;
  /// Forgets those that ended before `before`, of all accounts; tells how many.
  virtual std::int64_t forget_deliveries(Instant before, std::int64_t limit) = 0;
};

}  // namespace linebook
