#include "app/dispatch/dispatched.h"

#include "app/calls/calls.h"
#include "app/calls/outbound_script.h"
#include "app/ledger/ledger_fields.h"
#include "app/lines/carrier_steps.h"
#include "app/messages/messages.h"
#include "app/messages/send_message.h"
#include "app/reach/permission.h"
#include "app/sealed_words.h"
#include "app/status_notices.h"

namespace linebook {
namespace {

std::string refusal(Decision const& decision) {
  return "not allowed: " + decision.verdict.reasons.front().message;
}

std::string callback_url(Context const& ctx, std::string_view path, std::string_view name,
                         std::string_view id) {
  if (ctx.policies.public_url.empty()) return {};
  return ctx.policies.public_url + std::string(path) + "?" + std::string(name) + "=" + std::string(id);
}

ContactQuestion question_of(CallRecord const& call) {
  ContactQuestion question{.phone = call.phone,
                           .number = {},
                           .channel = Channel::call,
                           .purpose = call.purpose.value_or(Purpose::care),
                           .line = call.line,
                           .emergencies = Emergencies::allowed};
  if (!call.phone)
    if (auto const to = E164::parse(call.to)) question.number = TenDigits::from_e164(*to);
  return question;
}

/// Was the dial list that it was placed for paused or stopped since?
bool is_called_off(Transaction const& tx, Context const& ctx, CallRecord const& call) {
  auto const list =
      call.dialed_for ? tx.dial_lists().look_at(ctx.account, call.dialed_for->list) : std::nullopt;
  return list && (list->status == DialListStatus::paused || list->status == DialListStatus::stopped);
}

bool is_stale(Instant since, Instant now) { return since + permission_freshness < now; }

CallToPlace order_for(Transaction const& tx, Context const& ctx, CallRecord const& call) {
  bool const waits_for_who_answers = call.voicemail != Voicemail::agent && !call.speech_sealed;
  CallToPlace order{.id = call.id,
                    .account = ctx.account,
                    .from = call.from,
                    .to = call.to,
                    .script = {},
                    .answer_url = {},
                    .status_url = callback_url(ctx, carrier_status_path, "call", call.id.value),
                    // A list calls again where a machine answered.
                    .detect_machine = waits_for_who_answers || (call.dialed_for && !call.speech_sealed),
                    .wait_for_tone = call.voicemail == Voicemail::leave};
  if (waits_for_who_answers)
    order.answer_url = callback_url(ctx, call_answered_path, "call", call.id.value);
  else
    order.script = outbound_script(tx, ctx, call, {});
  return order;
}

/// Decides again where the permission is old; a scheduled text is decided at its time. Nothing: it may leave.
std::optional<std::string> obstacle(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                    ContactQuestion question, std::optional<DecisionId>& decision) {
  auto const taken = decision ? confirm_permission(tx, ctx, rules, std::move(question), *decision)
                              : ask_permission(tx, ctx, rules, question, std::nullopt);
  if (!taken) return taken.error().message;
  decision = taken->id;
  if (!taken->verdict.allowed()) return refusal(*taken);
  return std::nullopt;
}

}  // namespace

std::optional<Dispatched> Dispatched::find(Transaction& tx, Context const& ctx, Dispatch const& dispatch) {
  if (dispatch.channel == Channel::call) {
    auto call = tx.calls().find(ctx.account, {dispatch.subject});
    return call ? std::optional(Dispatched(std::move(*call))) : std::nullopt;
  }
  auto message = tx.messages().find(ctx.account, {dispatch.subject});
  return message ? std::optional(Dispatched(std::move(*message))) : std::nullopt;
}

bool Dispatched::is_over() const {
  return std::visit([](auto const& s) { return linebook::is_over(s.status); }, subject_);
}
std::string const& Dispatched::from() const {
  return std::visit([](auto const& s) -> std::string const& { return s.from; }, subject_);
}
std::string const& Dispatched::to() const {
  return std::visit([](auto const& s) -> std::string const& { return s.to; }, subject_);
}
std::string const& Dispatched::carrier_sid() const {
  return std::visit([](auto const& s) -> std::string const& { return s.carrier_sid; }, subject_);
}
bool Dispatched::has_carrier_sid() const {
  return std::visit([](auto const& s) { return s.has_carrier_sid(); }, subject_);
}

std::string Dispatched::words(Transaction const& tx, Context const& ctx) const {
  auto const* message = std::get_if<Message>(&subject_);
  if (message == nullptr || !message->text_sealed) return {};
  return open_words(tx, ctx.account, ctx.secrets, message->id.value, *message->text_sealed).value_or("");
}

Instant Dispatched::asked_for_at() const {
  if (auto const* call = std::get_if<CallRecord>(&subject_)) return call->started_at;
  auto const& message = std::get<Message>(subject_);
  return std::max(message.created_at, message.send_at.value_or(message.created_at));
}

bool Dispatched::may_leave(Transaction& tx, Context const& ctx, ReachRules const& rules, Dispatch& dispatch) {
  if (auto* call = std::get_if<CallRecord>(&subject_)) {
    if (dispatch.hang_up) {
      give_up(tx, ctx, dispatch, "hung up before it was placed");
      return false;
    }
    if (!is_stale(call->started_at, ctx.now)) return true;
    if (is_called_off(tx, ctx, *call)) {
      give_up(tx, ctx, dispatch, "its dial list was paused or stopped");
      return false;
    }
    auto const was = *call;
    auto const stands = obstacle(tx, ctx, rules, question_of(*call), call->decision);
    save_call(tx, ctx, was, *call);
    if (!stands) return true;
    give_up(tx, ctx, dispatch, *stands);
    return false;
  }
  auto& message = std::get<Message>(subject_);
  if (message.decision && !is_stale(message.created_at, ctx.now)) return true;
  auto const was = message;
  auto const stands = obstacle(tx, ctx, rules, linebook::question_of(message), message.decision);
  save_message(tx, ctx, was, message);
  if (!stands) return true;
  fail_message(tx, ctx, message, MessageStatus::held, {}, *stands);
  return false;
}

bool Dispatched::fill_in(Transaction const& tx, Context const& ctx, DispatchOrder& order) const {
  if (auto const* call = std::get_if<CallRecord>(&subject_)) {
    order.call = order_for(tx, ctx, *call);
    return true;
  }
  auto const& message = std::get<Message>(subject_);
  auto text = words(tx, ctx);
  if (text.empty()) return false;
  order.text = {.id = message.id,
                .account = ctx.account,
                .from = message.from,
                .to = message.to,
                .text = std::move(text),
                .status_url = callback_url(ctx, text_status_path, "message", message.id.value)};
  return true;
}

void Dispatched::take_in(Transaction& tx, Context const& ctx, CarrierCall const& there) {
  subject_ = take_in_placed(tx, ctx, std::get<CallRecord>(subject_),
                            {.sid = there.sid,
                             .from = {},
                             .to = {},
                             .status = there.status,
                             .answered_by = there.answered_by,
                             .duration_seconds = there.duration_seconds});
}

void Dispatched::take_in(Transaction& tx, Context const& ctx, CarrierText const& there) {
  subject_ = take_in_sent(tx, ctx, std::get<Message>(subject_), there);
}

void Dispatched::refuse(Transaction& tx, Context const& ctx, CarrierError const& error) {
  auto const code = error.code != 0 ? std::optional(error.code) : std::nullopt;
  if (auto* call = std::get_if<CallRecord>(&subject_))
    fail_call(tx, ctx, *call, CallStatus::failed, code, error.message);
  else
    fail_message(tx, ctx, std::get<Message>(subject_), MessageStatus::failed, code, error.message);
}

void Dispatched::give_up(Transaction& tx, Context const& ctx, Dispatch const& dispatch, std::string words) {
  if (dispatch.stage != DispatchStage::waiting) {
    lose_sight(tx, ctx);
    tx.dispatches().remove(ctx.account, dispatch.subject);
  } else if (auto* call = std::get_if<CallRecord>(&subject_)) {
    fail_call(tx, ctx, *call, CallStatus::canceled, {}, std::move(words));
  } else {
    fail_message(tx, ctx, std::get<Message>(subject_), MessageStatus::failed, {}, std::move(words));
  }
}

void Dispatched::lose_sight(Transaction& tx, Context const& ctx) {
  constexpr auto words = "the carrier's answer was lost, and its list does not have it";
  if (auto* call = std::get_if<CallRecord>(&subject_)) {
    if (call->status != CallStatus::unknown) fail_call(tx, ctx, *call, CallStatus::unknown, {}, words);
    return;
  }
  auto message = std::get<Message>(subject_);
  if (message.status == MessageStatus::unknown) return;
  auto const was = message;
  message.status = MessageStatus::unknown;
  message.error_message = words;
  keep_notice(tx, ctx, message.id.value, to_string(message.status), told_by_us);
  save_message(tx, ctx, was, std::move(message));
}

}  // namespace linebook
