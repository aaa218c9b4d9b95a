#include "app/calls/calls.h"

#include "app/ledger/ledger_fields.h"
#include "app/outbox.h"
#include "app/status_notices.h"

namespace linebook {
namespace {

CallRecord inbound_call(Context const& ctx, CallNotice const& notice) {
  auto const& news = notice.news;
  return {.id = {ctx.ids.next("call_", ctx.now)},
          .carrier_sid = news.sid,
          .line = notice.line,
          .from = news.from,
          .to = news.to,
          .status = news.status,
          .action = notice.action,
          .ai_agent = notice.ai_agent,
          .duration_seconds = news.duration_seconds,
          .started_at = ctx.now,
          .ended_at = is_over(news.status) ? std::optional(ctx.now) : std::nullopt,
          .updated_at = ctx.now};
}

void take_status(Context const& ctx, CallNews const& news, CallRecord& call) {
  if (moves_on(call.status, news.status)) {
    call.status = news.status;
    if (is_over(news.status)) call.ended_at = ctx.now;
  }
  if (!call.duration_seconds) call.duration_seconds = news.duration_seconds;
  if (news.answered_by && (!call.answered_by || call.answered_by == AnsweredBy::unknown))
    call.answered_by = news.answered_by;
}

/// Unless somebody told a better one.
void tell_attempt(Transaction& tx, Context const& ctx, CallRecord const& call) {
  if (!call.decision) return;
  auto attempt = tx.contact_attempts().of_decision(ctx.account, *call.decision);
  if (!attempt || attempt->outcome) return;
  attempt->outcome = outcome_of(call);
  tx.contact_attempts().update(ctx.account, *attempt);
}

std::optional<CallRecord> known_call(Transaction& tx, Context const& ctx, CallNews const& news) {
  if (news.id)
    if (auto call = tx.calls().find(ctx.account, *news.id)) return call;
  return tx.calls().find_by_carrier_sid(ctx.account, news.sid);
}

/// Another of ours to the same number took this for its own when an answer was lost.
void take_sid_from_its_holder(Transaction& tx, Context const& ctx, std::string const& sid) {
  auto const holder = tx.calls().find_by_carrier_sid(ctx.account, sid);
  if (!holder) return;
  auto without = *holder;
  without.carrier_sid = without.id.value;
  save_call(tx, ctx, *holder, std::move(without));
  look_for_again(tx, ctx, holder->id.value);
}

}  // namespace

std::optional<Outcome> outcome_of(CallRecord const& call) {
  switch (call.status) {
    case CallStatus::completed:
      return call.answered_by == AnsweredBy::machine ? Outcome::voicemail : Outcome::answered;
    case CallStatus::busy:
      return Outcome::busy;
    case CallStatus::no_answer:
      return Outcome::no_answer;
    case CallStatus::failed:
      return Outcome::failed;
    case CallStatus::canceled:
    case CallStatus::unknown:
    case CallStatus::queued:
    case CallStatus::ringing:
    case CallStatus::in_progress:
      break;
  }
  return std::nullopt;
}

void save_call(Transaction& tx, Context const& ctx, CallRecord const& was, CallRecord is) {
  // Nobody needs it once the carrier has it.
  if (is.has_carrier_sid() || is_over(is.status)) is.speech_sealed.reset();
  auto const before = ledger_fields(was);
  auto const after = ledger_fields(is);
  bool const tells = !difference(before, after).empty();
  if (tells || was.speech_sealed != is.speech_sealed) {
    is.updated_at = ctx.now;
    tx.calls().update(ctx.account, is);
  }
  if (tells) record(tx, ctx, Entity::call, is.id.value, Action::updated, before, after);
  if (is.direction == Direction::inbound || !is_over(is.status) || is_over(was.status)) return;
  tx.dispatches().remove(ctx.account, is.id.value);
  tell_attempt(tx, ctx, is);
}

CallRecord take_in_placed(Transaction& tx, Context const& ctx, CallRecord call, CallNews const& news) {
  auto const was = call;
  if (!call.has_carrier_sid() && !news.sid.empty()) {
    take_sid_from_its_holder(tx, ctx, news.sid);
    call.carrier_sid = news.sid;
  }
  take_status(ctx, news, call);
  save_call(tx, ctx, was, call);
  return call;
}

void fail_call(Transaction& tx, Context const& ctx, CallRecord call, CallStatus status,
               std::optional<int> error_code, std::string words) {
  auto const was = call;
  call.status = status;
  if (is_over(status)) call.ended_at = ctx.now;
  call.error_code = error_code;
  call.error_message = std::move(words);
  keep_notice(tx, ctx, call.id.value, to_string(status), told_by_us, error_code);
  save_call(tx, ctx, was, std::move(call));
}

void take_in_call(Transaction& tx, Context const& ctx, CallNotice const& notice) {
  auto const& news = notice.news;
  auto const before = known_call(tx, ctx, news);
  if (before)
    keep_notice(tx, ctx, before->id.value, to_string(news.status), told_by_carrier, {}, news.sequence);
  if (!before) {
    if (news.id) return;  // of a call that is not ours, or is forgotten
    auto const call = inbound_call(ctx, notice);
    tx.calls().insert(ctx.account, call);
    record(tx, ctx, Entity::call, call.id.value, Action::created, {}, ledger_fields(call));
    return keep_notice(tx, ctx, call.id.value, to_string(news.status), told_by_carrier, {}, news.sequence);
  }
  if (before->direction == Direction::outbound) {
    take_in_placed(tx, ctx, *before, news);
    return;
  }
  auto after = *before;
  take_status(ctx, news, after);
  // The question may come behind the notice of its call's end.
  if (!after.action) {
    after.action = notice.action;
    after.ai_agent = notice.ai_agent;
  }
  save_call(tx, ctx, *before, std::move(after));
}

}  // namespace linebook
