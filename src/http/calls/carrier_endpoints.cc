// /carriers/twilio: what Twilio asks and tells about calls. No bearer token: its signature says who it is.
#include <charconv>

#include "app/calls/call_scripts.h"
#include "app/calls/calls.h"
#include "app/calls/route_call.h"
#include "app/lines/carrier_steps.h"
#include "app/lines/line_secrets.h"
#include "domain/calls/twiml.h"
#include "domain/numbers/written_number.h"
#include "http/calls/routes.h"
#include "http/calls/twilio_signature.h"
#include "http/codec/form_body.h"
#include "http/serving/endpoint.h"
#include "http/telemetry/log.h"

namespace linebook::http {
namespace {

constexpr std::string_view carrier_actor = "twilio";
constexpr std::size_t max_carrier_text = 255;  // of an address or a call's id

/// One notice as it came.
struct Notice {
  std::string url;  // as Twilio called it
  std::string signature;
  bool is_form = true;
  std::string body;
  FormBody fields;  // of the form, or of a JSON object

  bool is_signed(std::string_view auth_token) const {
    return is_form ? is_signed_by_twilio(auth_token, url, fields, signature)
                   : is_signed_by_twilio(auth_token, url, body, signature);
  }
  std::string text(std::string_view name) const {
    auto const value = fields[name];
    return std::string(value.substr(0, max_carrier_text));
  }
};

Result<Notice> read_notice(Call& call) {
  auto const& request = call.request;
  Notice notice;
  notice.url = call.env.policies.public_url + std::string(request.target);
  notice.signature = std::string(request.header("X-Twilio-Signature").value_or(""));
  notice.is_form = !request.header("Content-Type").value_or("").starts_with("application/json");
  notice.body = std::string(request.body);
  if (!notice.is_form) {
    auto const json = parse_json(request.body);
    if (!json) return fail(json.error());
    if (json->is_object())
      for (auto const& [name, value] : json->as_object())
        if (value.is_string()) notice.fields.add(name, std::string(value.as_string()));
    return notice;
  }
  auto form = FormBody::parse(request.body);
  if (!form) return fail(std::move(form.error()));
  notice.fields = std::move(*form);
  return notice;
}

struct KnownLine {
  AccountId account;
  Line line;
};

/// The line that the call came in on, where its carrier's account signed the notice. Only lines of numbers in
/// service are looked at: a private identifier that reads like a number is its account's own business, and no
/// carrier's call ever leads to it.
std::optional<KnownLine> signed_line(Transaction const& tx, Secrets const& secrets, Notice const& notice) {
  auto const number = E164::parse(notice.fields["To"]);
  auto const holder = number ? tx.lines().in_service(*number) : std::nullopt;
  auto line = holder ? tx.lines().find(holder->account, holder->line) : std::nullopt;
  auto const* twilio = line ? std::get_if<TwilioHolding>(&line->holding) : nullptr;
  if (twilio == nullptr || notice.fields["AccountSid"] != twilio->account_sid) return std::nullopt;
  auto const token = open_secret(tx, holder->account, secrets, line->id, auth_token_field,
                                 twilio->auth_token_sealed.value_or(""));
  if (!token || !notice.is_signed(*token)) return std::nullopt;
  return KnownLine{holder->account, std::move(*line)};
}

Error not_signed() {
  return {
      ErrorCode::forbidden,
      "the signature does not fit: X-Twilio-Signature must be made with the line's auth token over the exact "
      "URL under --public-url",
      {}};
}

/// Committed on its own: behind the answer to a call, which does not wait for the disk, or before `respond`.
class TakingInCall final : public WriteJob {
 public:
  TakingInCall(Environment const& env, AccountId account, CallNotice notice, Instant now,
               Respond respond = nullptr)
      : env_(env), account_(account), notice_(std::move(notice)), now_(now), respond_(std::move(respond)) {}
  void run(Transaction& tx) override {
    Context const ctx{
        account_,     std::string(carrier_actor), env_.ids.next("req_", now_), now_, env_.ids, env_.secrets,
        env_.policies};
    take_in_call(tx, ctx, notice_);
  }
  void done(std::optional<Error> error) override {
    if (error) log_event(Severity::warn, "calls", "a call was not recorded: " + error->message);
    if (!respond_) return;
    if (error)
      respond_(fail(std::move(*error)));
    else
      respond_(Answer{.status = 204, .body = {}, .content_type = {}});
  }

 private:
  Environment const& env_;
  AccountId account_;
  CallNotice notice_;
  Instant now_;
  Respond respond_;
};

CallNotice call_notice(Notice const& notice, Line const& line, CallStatus status) {
  return {.carrier_sid = notice.text("CallSid"),
          .line = line.id,
          .from = notice.text("From"),
          .to = notice.text("To"),
          .status = status,
          .action = {},
          .ai_agent = {},
          .duration_seconds = {}};
}

Answer xml(std::string body) { return {.body = std::move(body), .content_type = "text/xml; charset=utf-8"}; }

std::optional<TenDigits> caller_of(Notice const& notice) {
  auto const written = read_written_number(notice.fields["From"]);
  return written ? std::optional(written->number) : std::nullopt;
}

Result<Plan> post_voice(Call& call) {
  auto notice = read_notice(call);
  if (!notice) return fail(std::move(notice.error()));
  return Read{
      ReadCost::bounded,
      [notice = std::move(*notice), &env = call.env,
       now = call.now](Transaction const& tx) -> Result<Answer> {
        auto known = signed_line(tx, env.secrets, notice);
        if (!known) return fail(not_signed());
        auto record = call_notice(notice, known->line, CallStatus::ringing);
        record.action = CallAction::reject;
        CallScript script = RejectCall{};
        if (!is_leaving(tx, known->account, known->line)) {
          auto const route = route_line(tx, known->account, std::move(known->line), caller_of(notice));
          record.action = route.action;
          if (route.action == CallAction::agent) record.ai_agent = route.agent->id;
          script = script_of(route);
        }
        if (!record.carrier_sid.empty())
          env.store.write(std::make_unique<TakingInCall>(env, known->account, std::move(record), now));
        return xml(twiml(script));
      }};
}

std::optional<std::int64_t> duration_of(Notice const& notice) {
  auto const text = notice.fields["CallDuration"];
  std::int64_t seconds = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || seconds < 0)
    return std::nullopt;
  return seconds;
}

/// Looks who it is in a read, since whoever is not Twilio may not keep the writer busy; then writes.
class CheckingNotice final : public ReadJob {
 public:
  CheckingNotice(Environment const& env, Notice notice, Instant now, Respond respond)
      : env_(env), notice_(std::move(notice)), now_(now), respond_(std::move(respond)) {}
  void run(Transaction const& tx) override { known_ = signed_line(tx, env_.secrets, notice_); }
  void done(std::optional<Error> error) override {
    if (error) return respond_(fail(std::move(*error)));
    if (!known_) return respond_(fail(not_signed()));
    auto const status = parse_call_status(notice_.fields["CallStatus"]);
    if (!status || notice_.fields["CallSid"].empty())
      return respond_(fail(ErrorCode::invalid_request, "CallSid and a CallStatus that we know are required"));
    auto record = call_notice(notice_, known_->line, *status);
    record.duration_seconds = duration_of(notice_);
    env_.store.write(
        std::make_unique<TakingInCall>(env_, known_->account, std::move(record), now_, std::move(respond_)));
  }

 private:
  Environment const& env_;
  Notice notice_;
  Instant now_;
  Respond respond_;
  std::optional<KnownLine> known_;
};

/// Answered once it is committed: Twilio does not repeat what was taken.
Result<Plan> post_status(Call& call) {
  auto notice = read_notice(call);
  if (!notice) return fail(std::move(notice.error()));
  return Later{[notice = std::move(*notice), &env = call.env, now = call.now](Respond respond) mutable {
    env.store.read(ReadCost::bounded,
                   std::make_unique<CheckingNotice>(env, std::move(notice), now, std::move(respond)));
  }};
}

}  // namespace

std::vector<Route> carrier_routes() {
  return {{Method::post, "/carriers/twilio/voice", std::nullopt, post_voice, RateLimit::exempt,
           BodyKind::signed_notice},
          {Method::post, "/carriers/twilio/status", std::nullopt, post_status, RateLimit::exempt,
           BodyKind::signed_notice}};
}

}  // namespace linebook::http
