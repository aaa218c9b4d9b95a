#include "app/lines/line_carrier.h"

#include "app/lines/line_secrets.h"

namespace linebook {

std::optional<CarrierName> carrier_of(Transaction const& tx, Policies const& policies, Line const& line) {
  if (std::holds_alternative<TwilioHolding>(line.holding)) return CarrierName::twilio;
  auto const number = E164::parse(line.phone_number);
  if (!std::holds_alternative<PiaHolding>(line.holding) || !number) return std::nullopt;
  if (policies.operator_twilio && tx.reach().pool_carrier(*number) == CarrierName::twilio)
    return CarrierName::twilio;
  return policies.simulator ? std::optional(CarrierName::simulator) : std::nullopt;
}

std::string no_carrier(Channel channel) {
  return "has nobody who carries its " + std::string(channel == Channel::call ? "calls" : "texts") +
         ": the operator names a carrier with `linebook import pool --carrier twilio` and its account with "
         "--twilio-account-sid and LINEBOOK_TWILIO_AUTH_TOKEN";
}

std::string carrier_account_of(Policies const& policies, Line const& line, CarrierName carrier) {
  if (carrier == CarrierName::simulator) return std::string(to_string(carrier));
  if (auto const* twilio = std::get_if<TwilioHolding>(&line.holding)) return twilio->account_sid;
  return policies.operator_twilio ? policies.operator_twilio->account_sid : std::string();
}

Dispatch dispatch_through(Context const& ctx, Line const& line, CarrierName carrier, Channel channel,
                          std::string subject) {
  return {.account = ctx.account,
          .subject = std::move(subject),
          .channel = channel,
          .line = line.id,
          .carrier_account = carrier_account_of(ctx.policies, line, carrier),
          .due_at = ctx.now,
          .actor = ctx.actor,
          .request_id = ctx.request_id};
}

Result<CarrierCredentials> carrier_credentials_of(Transaction const& tx, Context const& ctx, Line const& line,
                                                  CarrierName carrier) {
  if (carrier == CarrierName::simulator)
    return CarrierCredentials{carrier_account_of(ctx.policies, line, carrier), {}};
  auto const* twilio = std::get_if<TwilioHolding>(&line.holding);
  if (twilio == nullptr)
    return CarrierCredentials{ctx.policies.operator_twilio->account_sid,
                              ctx.policies.operator_twilio->auth_token};
  auto token = open_secret(tx, ctx.account, ctx.secrets, line.id, auth_token_field,
                           twilio->auth_token_sealed.value_or(""));
  if (!token) return fail(std::move(token.error()));
  return CarrierCredentials{twilio->account_sid, std::move(*token)};
}

}  // namespace linebook
