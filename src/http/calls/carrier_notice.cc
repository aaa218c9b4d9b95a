#include "http/calls/carrier_notice.h"

#include <charconv>
#include <memory>
#include <utility>

#include "app/lines/line_carrier.h"
#include "http/calls/twilio_signature.h"
#include "http/codec/json_document.h"
#include "http/telemetry/log.h"

namespace linebook::http {
namespace {

Context context_for(Environment const& env, AccountId account, Instant now) {
  return {account,     std::string(carrier_actor), env.ids.next("req_", now), now, env.ids, env.secrets,
          env.policies};
}

class TakingIn final : public WriteJob {
 public:
  TakingIn(Environment const& env, KnownLine known, Instant now, TakeIn work, Respond respond)
      : env_(env),
        known_(std::move(known)),
        now_(now),
        work_(std::move(work)),
        respond_(std::move(respond)) {}
  void run(Transaction& tx) override {
    outcome_ = work_(tx, context_for(env_, known_.account, now_), known_);
  }
  void done(std::optional<Error> error) override {
    if (error) outcome_ = fail(std::move(*error));
    if (!outcome_)
      log_event(Severity::warn, "carrier",
                "what a carrier told was not taken in: " + outcome_.error().message);
    if (respond_) respond_(std::move(outcome_));
  }

 private:
  Environment const& env_;
  KnownLine known_;
  Instant now_;
  TakeIn work_;
  Respond respond_;
  Result<Answer> outcome_;
};

class CheckingNotice final : public ReadJob {
 public:
  CheckingNotice(Environment const& env, Notice notice, std::string field, Instant now, TakeIn work,
                 Respond respond)
      : env_(env),
        notice_(std::move(notice)),
        field_(std::move(field)),
        now_(now),
        work_(std::move(work)),
        respond_(std::move(respond)) {}
  void run(Transaction const& tx) override { known_ = signed_line(tx, env_, notice_, field_); }
  void done(std::optional<Error> error) override {
    if (error) return respond_(fail(std::move(*error)));
    if (!known_) return respond_(fail(not_signed()));
    env_.store.write(
        std::make_unique<TakingIn>(env_, std::move(*known_), now_, std::move(work_), std::move(respond_)));
  }

 private:
  Environment const& env_;
  Notice notice_;
  std::string field_;
  Instant now_;
  TakeIn work_;
  Respond respond_;
  std::optional<KnownLine> known_;
};

Result<void> read_json_fields(std::string_view body, FormBody& fields) {
  auto const json = parse_json(body);
  if (!json) return fail(json.error());
  if (json->is_object())
    for (auto const& [name, value] : json->as_object())
      if (value.is_string()) fields.add(name, std::string(value.as_string()));
  return {};
}

}  // namespace

bool Notice::is_signed(std::string_view auth_token) const {
  return is_form ? is_signed_by_twilio(auth_token, url, fields, signature)
                 : is_signed_by_twilio(auth_token, url, body, signature);
}

std::string Notice::text(std::string_view name) const {
  return std::string(fields[name].substr(0, max_carrier_text));
}

std::optional<std::int64_t> Notice::number(std::string_view name) const {
  auto const text = fields[name];
  std::int64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool const whole = !text.empty() && error == std::errc() && end == text.data() + text.size();
  return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

Result<Notice> read_notice(Call& call) {
  auto const& request = call.request;
  Notice notice;
  notice.url = call.env.policies.public_url + std::string(request.target);
  notice.signature = std::string(request.header("X-Twilio-Signature").value_or(""));
  notice.is_form = !request.header("Content-Type").value_or("").starts_with("application/json");
  notice.body = std::string(request.body);
  if (!notice.is_form) {
    if (auto read = read_json_fields(request.body, notice.fields); !read) return fail(read.error());
    return notice;
  }
  auto form = FormBody::parse(request.body);
  if (!form) return fail(std::move(form.error()));
  notice.fields = std::move(*form);
  return notice;
}

std::optional<KnownLine> signed_line(Transaction const& tx, Environment const& env, Notice const& notice,
                                     std::string_view field) {
  auto const number = E164::parse(notice.fields[field]);
  auto const holder = number ? tx.lines().in_service(*number) : std::nullopt;
  auto line = holder ? tx.lines().find(holder->account, holder->line) : std::nullopt;
  if (!line || carrier_of(tx, env.policies, *line) != CarrierName::twilio) return std::nullopt;
  Context const ctx{holder->account, std::string(carrier_actor), {}, Instant{}, env.ids, env.secrets,
                    env.policies};
  auto const credentials = carrier_credentials_of(tx, ctx, *line, CarrierName::twilio);
  if (!credentials || notice.fields["AccountSid"] != credentials->account_sid ||
      !notice.is_signed(credentials->auth_token))
    return std::nullopt;
  return KnownLine{holder->account, std::move(*line)};
}

Error not_signed() {
  return {
      ErrorCode::forbidden,
      "the signature does not fit: X-Twilio-Signature must be made with the line's auth token over the exact "
      "URL under --public-url",
      {}};
}

Plan taking_in(Call& call, Notice notice, std::string_view field, TakeIn work) {
  return Later{[notice = std::move(notice), field = std::string(field), work = std::move(work),
                &env = call.env, now = call.now](Respond respond) mutable {
    env.store.read(ReadCost::bounded,
                   std::make_unique<CheckingNotice>(env, std::move(notice), std::move(field), now,
                                                    std::move(work), std::move(respond)));
  }};
}

void take_in_behind(Environment const& env, KnownLine known, Instant now, TakeIn work) {
  env.store.write(std::make_unique<TakingIn>(env, std::move(known), now, std::move(work), nullptr));
}

Answer xml(std::string body) { return {.body = std::move(body), .content_type = "text/xml; charset=utf-8"}; }

}  // namespace linebook::http
