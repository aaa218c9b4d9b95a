// A webhook and a delivery out of their rows.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "app/ports/webhooks.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view webhook_columns =
    "id, url, types, description, ordered, secret_sealed, previous_secret_sealed, previous_until, enabled,"
    " disabled_reason, disabled_at, created_at, updated_at, position, round, failing_since";
inline constexpr int webhook_column_count = 16;
inline constexpr std::string_view delivery_columns =
    "sequence, entity_id, round, state, attempts, next_at, status, latency_ms, answer, error, attempted_at";

/// Its columns begin with the `first`.
template <int first, class Row>
Webhook webhook_of(Row const& row) {
  auto patterns = parse_event_patterns(row.template get<std::string_view>(first + 2));
  if (!patterns) unreadable("list of event types");
  return {.id = row.template get<WebhookId>(first),
          .url = row.template get<std::string>(first + 1),
          .types = std::move(*patterns),
          .description = row.template get<std::optional<std::string>>(first + 3),
          .order = row.template get<bool>(first + 4) ? WebhookOrder::by_entity : WebhookOrder::any,
          .secret_sealed = row.template get<std::string>(first + 5),
          .previous_secret_sealed = row.template get<std::optional<std::string>>(first + 6),
          .previous_until = row.template get<std::optional<Instant>>(first + 7),
          .enabled = row.template get<bool>(first + 8),
          .disabled_reason = row.template get<std::optional<std::string>>(first + 9),
          .disabled_at = row.template get<std::optional<Instant>>(first + 10),
          .created_at = row.template get<Instant>(first + 11),
          .updated_at = row.template get<Instant>(first + 12),
          .position = row.template get<std::int64_t>(first + 13),
          .round = row.template get<std::int64_t>(first + 14),
          .failing_since = row.template get<std::optional<Instant>>(first + 15)};
}

template <class Row>
AccountWebhook account_webhook_of(Row const& row) {
  return {.account = row.template get<AccountId>(0), .webhook = webhook_of<1>(row), .next_due = {}};
}

template <class Row>
AccountWebhook held_webhook_of(Row const& row) {
  auto held = account_webhook_of(row);
  held.next_due = row.template get<std::optional<Instant>>(1 + webhook_column_count);
  return held;
}

template <class Row>
WebhookDelivery delivery_of(Row const& row) {
  return {.sequence = row.template get<std::int64_t>(0),
          .entity_id = row.template get<std::string>(1),
          .round = row.template get<std::int64_t>(2),
          .state = row.template get<DeliveryState>(3),
          .attempts = row.template get<int>(4),
          .next_at = row.template get<std::optional<Instant>>(5),
          .status = row.template get<std::optional<int>>(6),
          .latency_ms = row.template get<std::optional<std::int64_t>>(7),
          .answer = row.template get<std::optional<std::string>>(8),
          .error = row.template get<std::optional<std::string>>(9),
          .attempted_at = row.template get<std::optional<Instant>>(10)};
}

}  // namespace linebook::books
