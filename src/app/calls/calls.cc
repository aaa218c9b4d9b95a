#include "app/calls/calls.h"

#include "app/ledger/ledger_fields.h"

namespace linebook {
namespace {

CallRecord new_call(Context const& ctx, CallNotice const& notice) {
  return {.id = {ctx.ids.next("call_", ctx.now)},
          .carrier_sid = notice.carrier_sid,
          .line = notice.line,
          .from = notice.from,
          .to = notice.to,
          .status = notice.status,
          .action = notice.action,
          .ai_agent = notice.ai_agent,
          .duration_seconds = notice.duration_seconds,
          .started_at = ctx.now,
          .ended_at = is_over(notice.status) ? std::optional(ctx.now) : std::nullopt,
          .updated_at = ctx.now};
}

}  // namespace

void take_in_call(Transaction& tx, Context const& ctx, CallNotice const& notice) {
  auto const before = tx.calls().find_by_carrier_sid(ctx.account, notice.carrier_sid);
  if (!before) {
    auto const call = new_call(ctx, notice);
    tx.calls().insert(ctx.account, call);
    record(tx, ctx, Entity::call, call.id.value, Action::created, {}, ledger_fields(call));
    return;
  }
  CallRecord after = *before;
  if (moves_on(before->status, notice.status)) {
    after.status = notice.status;
    if (is_over(notice.status)) after.ended_at = ctx.now;
  }
  // The question may come behind the notice of its call's end.
  if (!after.action) {
    after.action = notice.action;
    after.ai_agent = notice.ai_agent;
  }
  if (!after.duration_seconds) after.duration_seconds = notice.duration_seconds;
  auto const was = ledger_fields(*before);
  auto const is = ledger_fields(after);
  if (difference(was, is).empty()) return;
  after.updated_at = ctx.now;
  tx.calls().update(ctx.account, after);
  record(tx, ctx, Entity::call, after.id.value, Action::updated, was, is);
}

}  // namespace linebook
