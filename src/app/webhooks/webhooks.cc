#include "app/webhooks/webhooks.h"

#include <algorithm>

#include "app/ledger/ledger_fields.h"
#include "app/sealed_words.h"

namespace linebook {
namespace {

Error no_such_webhook() { return not_found("webhook"); }

void save(Transaction& tx, Context const& ctx, Webhook const& was, Webhook& is, Action action) {
  is.updated_at = ctx.now;
  tx.webhooks().update(ctx.account, is);
  record(tx, ctx, Entity::webhook, is.id.value, action, ledger_fields(was), ledger_fields(is));
}

/// What was missed for longer than that is not delivered any more.
void enable(Transaction& tx, Context const& ctx, Webhook& webhook) {
  bool const missed_too_long = webhook.disabled_at && ctx.now - *webhook.disabled_at > replay_kept;
  webhook.enabled = true;
  webhook.disabled_reason.reset();
  webhook.disabled_at.reset();
  webhook.failing_since.reset();
  if (!missed_too_long) return;
  tx.webhooks().drop_pending_from(ctx.account, webhook.id, 0);
  webhook.position = tx.ledger().last_sequence(ctx.account);
  tx.webhooks().restart(ctx.account, webhook.id, webhook.position, ++webhook.round);
}

void disable(Context const& ctx, Webhook& webhook, std::string reason) {
  webhook.enabled = false;
  webhook.disabled_reason = std::move(reason);
  webhook.disabled_at = ctx.now;
}

}  // namespace

Result<WebhookWithSecret> add_webhook(Transaction& tx, Context const& ctx, AddWebhook const& command) {
  if (!command.problems.empty()) return fail(validation_error(command.problems));
  if (std::ssize(tx.webhooks().list(ctx.account)) >= max_webhooks_of_account)
    return fail(ErrorCode::conflict, "an account has at most " + std::to_string(max_webhooks_of_account) +
                                         " webhooks; delete one that is not needed");
  auto secret = ctx.secrets.new_webhook_secret();
  Webhook webhook{.id = {ctx.ids.next("whk_", ctx.now)},
                  .url = command.url,
                  .types = command.types,
                  .description = command.description,
                  .order = command.order,
                  .secret_sealed = {},
                  .created_at = ctx.now,
                  .updated_at = ctx.now,
                  .position = tx.ledger().last_sequence(ctx.account)};
  webhook.secret_sealed = seal_words(tx, ctx, webhook.id.value, secret);
  tx.webhooks().insert(ctx.account, webhook);
  record(tx, ctx, Entity::webhook, webhook.id.value, Action::created, {}, ledger_fields(webhook));
  return WebhookWithSecret{std::move(webhook), std::move(secret)};
}

Result<Webhook> edit_webhook(Transaction& tx, Context const& ctx, WebhookId const& id,
                             Precondition<Webhook> const& condition, EditWebhook const& edit) {
  auto const was = tx.webhooks().find(ctx.account, id);
  if (!was) return fail(no_such_webhook());
  if (!holds(condition, *was)) return fail(precondition_failed());
  if (!edit.problems.empty()) return fail(validation_error(edit.problems));
  auto is = *was;
  bool changed = apply(edit.url, is.url);
  if (changed) is.failing_since.reset();  // the other address did
  changed |= apply(edit.types, is.types);
  changed |= apply(edit.description, is.description);
  changed |= apply(edit.order, is.order);
  if (edit.enabled && *edit.enabled != is.enabled) {
    changed = true;
    *edit.enabled ? enable(tx, ctx, is) : disable(ctx, is, "by request");
  }
  if (!changed) return *was;
  if (is.order != was->order) tx.webhooks().wake_all(ctx.account, id, ctx.now);
  save(tx, ctx, *was, is, was->enabled && !is.enabled ? Action::disabled : Action::updated);
  return is;
}

Result<void> remove_webhook(Transaction& tx, Context const& ctx, WebhookId const& id,
                            Precondition<Webhook> const& condition) {
  auto const known = tx.webhooks().find(ctx.account, id);
  if (!known) return fail(no_such_webhook());
  if (!holds(condition, *known)) return fail(precondition_failed());
  tx.webhooks().remove(ctx.account, id);
  record(tx, ctx, Entity::webhook, id.value, Action::deleted, ledger_fields(*known), {});
  return {};
}

Result<WebhookWithSecret> rotate_webhook_secret(Transaction& tx, Context const& ctx, WebhookId const& id) {
  auto const was = tx.webhooks().find(ctx.account, id);
  if (!was) return fail(no_such_webhook());
  auto is = *was;
  auto secret = ctx.secrets.new_webhook_secret();
  is.previous_secret_sealed = std::exchange(is.secret_sealed, seal_words(tx, ctx, id.value, secret));
  is.previous_until = ctx.now + secret_overlap;
  save(tx, ctx, *was, is, Action::updated);
  return WebhookWithSecret{std::move(is), std::move(secret)};
}

Result<Webhook> replay_webhook(Transaction& tx, Context const& ctx, WebhookId const& id,
                               std::int64_t sequence) {
  auto webhook = tx.webhooks().find(ctx.account, id);
  if (!webhook) return fail(no_such_webhook());
  auto const last = tx.ledger().last_sequence(ctx.account);
  if (sequence > last)
    return fail(validation_error(
        {{"from_sequence", "must be at most " + std::to_string(last) + ", the sequence of the last event"}}));
  // Where delivery is behind that, as while it was disabled, it goes on from where it is: nothing is left
  // out.
  webhook->position = std::min(webhook->position, sequence - 1);
  tx.webhooks().drop_pending_from(ctx.account, id, webhook->position + 1);
  tx.webhooks().restart(ctx.account, id, webhook->position, ++webhook->round);
  return std::move(*webhook);
}

Result<WebhookDelivery> redeliver(Transaction& tx, Context const& ctx, WebhookId const& id,
                                  std::int64_t sequence) {
  auto const webhook = tx.webhooks().find(ctx.account, id);
  if (!webhook) return fail(no_such_webhook());
  auto const entries = tx.ledger().following(ctx.account, sequence - 1, 1);
  if (entries.empty()) return fail(not_found("event"));
  auto delivery = tx.webhooks()
                      .find_delivery(ctx.account, id, sequence)
                      .value_or(WebhookDelivery{.sequence = sequence, .entity_id = entries[0].entity_id});
  delivery.round = webhook->round;
  delivery.state = DeliveryState::pending;
  delivery.attempts = 0;  // a whole schedule once more
  delivery.next_at = ctx.now;
  tx.webhooks().put_delivery(ctx.account, id, delivery);
  return delivery;
}

void disable_webhook(Transaction& tx, Context const& ctx, WebhookId const& id, std::string const& reason) {
  auto const was = tx.webhooks().find(ctx.account, id);
  if (!was || !was->enabled) return;
  auto is = *was;
  disable(ctx, is, reason);
  save(tx, ctx, *was, is, Action::disabled);
}

}  // namespace linebook
