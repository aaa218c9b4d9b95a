#include "app/reach/suppressions.h"

#include "app/ledger/ledger_fields.h"

namespace linebook {

Result<SuppressedNumber> suppress(Transaction& tx, Context const& ctx, Suppress const& command) {
  if (!command.problems.empty()) return fail(validation_error(command.problems));
  auto const before = tx.suppressions().find(ctx.account, *command.number);
  auto after = before.value_or(Suppression{.number = *command.number, .channels = {}, .created_at = ctx.now});
  bool changed = false;
  for (auto const channel : command.channels) {
    if (after.of(channel)) continue;
    after.of(channel) = {command.reason, ctx.now};
    changed = true;
  }
  if (!changed) return SuppressedNumber{std::move(after), false};
  after.updated_at = ctx.now;
  tx.suppressions().save(ctx.account, after);
  record(tx, ctx, Entity::suppression, after.number.view(), before ? Action::updated : Action::created,
         before ? ledger_fields(*before) : Fields{}, ledger_fields(after));
  return SuppressedNumber{std::move(after), true};
}

Result<void> lift_suppression(Transaction& tx, Context const& ctx, TenDigits const& number,
                              std::optional<Channel> const& channel) {
  auto const before = tx.suppressions().find(ctx.account, number);
  if (!before || (channel && !before->of(*channel))) return fail(not_found("suppression"));
  auto after = *before;
  for (auto const one : {Channel::call, Channel::text})
    if (!channel || channel == one) after.of(one).reset();
  if (after.any()) {
    after.updated_at = ctx.now;
    tx.suppressions().save(ctx.account, after);
    record(tx, ctx, Entity::suppression, number.view(), Action::updated, ledger_fields(*before),
           ledger_fields(after));
  } else {
    tx.suppressions().remove(ctx.account, number);
    record(tx, ctx, Entity::suppression, number.view(), Action::deleted, ledger_fields(*before), {});
  }
  return {};
}

}  // namespace linebook
