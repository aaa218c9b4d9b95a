// /carriers/twilio: what Twilio asks and tells about calls. No bearer token: its signature says who it is.
#include "app/calls/call_scripts.h"
#include "app/calls/calls.h"
#include "app/calls/outbound_script.h"
#include "app/calls/route_call.h"
#include "app/dispatch/dispatch_steps.h"
#include "app/lines/carrier_steps.h"
#include "domain/calls/twilio_call_words.h"
#include "domain/calls/twiml.h"
#include "domain/numbers/written_number.h"
#include "http/calls/carrier_notice.h"
#include "http/calls/routes.h"

namespace linebook::http {
namespace {

CallNews news_of(Notice const& notice, std::optional<CallId> id, CallStatus status) {
  return {.id = std::move(id),
          .sid = notice.text("CallSid"),
          .from = notice.text("From"),
          .to = notice.text("To"),
          .status = status,
          .answered_by = twilio_answered_by(notice.fields["AnsweredBy"]),
          .duration_seconds = notice.number("CallDuration"),
          .sequence = notice.number("SequenceNumber")};
}

/// Of a call that we placed: its id is in the URL that we gave with it.
Result<std::optional<CallId>> placed_call(Call& call) {
  auto const id = call.query.text("call");
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return id ? std::optional(CallId{*id}) : std::nullopt;
}

std::optional<TenDigits> caller_of(Notice const& notice) {
  auto const written = read_written_number(notice.fields["From"]);
  return written ? std::optional(written->number) : std::nullopt;
}

TakeIn take_in(CallNotice told) {
  return [told = std::move(told)](Transaction& tx, Context const& ctx,
                                  KnownLine const& known) mutable -> Result<Answer> {
    told.line = known.line.id;
    take_in_call(tx, ctx, told);
    return Answer{.status = 204, .body = {}, .content_type = {}};
  };
}

Result<Plan> post_voice(Call& call) {
  auto notice = read_notice(call);
  if (!notice) return fail(std::move(notice.error()));
  return Read{ReadCost::bounded,
              [notice = std::move(*notice), &env = call.env,
               now = call.now](Transaction const& tx) -> Result<Answer> {
                auto known = signed_line(tx, env, notice, "To");
                if (!known) return fail(not_signed());
                CallNotice told{.news = news_of(notice, {}, CallStatus::ringing), .line = known->line.id};
                told.action = CallAction::reject;
                CallScript script = RejectCall{};
                if (!is_leaving(tx, known->account, known->line)) {
                  auto const route = route_line(tx, known->account, known->line, caller_of(notice));
                  told.action = route.action;
                  if (route.action == CallAction::agent) told.ai_agent = route.agent->id;
                  script = script_of(route);
                }
                if (!told.news.sid.empty())
                  take_in_behind(env, std::move(*known), now, take_in(std::move(told)));
                return xml(twiml(script));
              }};
}

/// A call that we placed is answered, and what answered it is known.
Result<Plan> post_answered(Call& call) {
  auto id = placed_call(call);
  if (!id) return fail(std::move(id.error()));
  auto notice = read_notice(call);
  if (!notice) return fail(std::move(notice.error()));
  return Read{ReadCost::bounded,
              [notice = std::move(*notice), id = std::move(*id), &env = call.env,
               now = call.now](Transaction const& tx) -> Result<Answer> {
                auto known = signed_line(tx, env, notice, "From");
                if (!known) return fail(not_signed());
                auto const placed = id ? tx.calls().find(known->account, *id) : std::nullopt;
                if (!placed) return fail(not_found("call"));
                Context const ctx{known->account, std::string(carrier_actor), {}, now, env.ids, env.secrets,
                                  env.policies};
                auto news = news_of(notice, id, CallStatus::in_progress);
                auto const script = outbound_script(tx, ctx, *placed, news.answered_by);
                take_in_behind(env, std::move(*known), now, take_in({.news = std::move(news), .line = {}}));
                return xml(twiml(script));
              }};
}

Result<Plan> post_status(Call& call) {
  auto id = placed_call(call);
  if (!id) return fail(std::move(id.error()));
  auto notice = read_notice(call);
  if (!notice) return fail(std::move(notice.error()));
  auto const field = *id ? "From" : "To";
  auto const status = twilio_call_status(notice->fields["CallStatus"]);
  bool const is_known = status && !notice->fields["CallSid"].empty();
  auto news = news_of(*notice, std::move(*id), status.value_or(CallStatus::queued));
  return taking_in(
      call, std::move(*notice), field,
      [is_known, work = take_in({.news = std::move(news), .line = {}})](
          Transaction& tx, Context const& ctx, KnownLine const& known) mutable -> Result<Answer> {
        if (!is_known)
          return fail(ErrorCode::invalid_request, "CallSid and a CallStatus that we know are required");
        return work(tx, ctx, known);
      });
}

}  // namespace

std::vector<Route> carrier_routes() {
  return {{Method::post, "/carriers/twilio/voice", std::nullopt, post_voice, RateLimit::exempt,
           BodyKind::signed_notice},
          {Method::post, "/carriers/twilio/status", std::nullopt, post_status, RateLimit::exempt,
           BodyKind::signed_notice},
          {Method::post, "/carriers/twilio/answered", std::nullopt, post_answered, RateLimit::exempt,
           BodyKind::signed_notice}};
}

}  // namespace linebook::http
