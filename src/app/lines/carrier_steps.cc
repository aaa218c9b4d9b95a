#include "app/lines/carrier_steps.h"

#include "app/lines/carrier_lines.h"
#include "app/lines/line_secrets.h"

namespace linebook {
namespace {

/// What the line says of itself while the step is taken.
std::optional<std::string> progress_of(CarrierStep step) {
  switch (step) {
    case CarrierStep::search:
      return "searching for a number at Twilio";
    case CarrierStep::look_up:
      return "asking Twilio for the number";
    case CarrierStep::buy:
      return "buying the number from Twilio";
    case CarrierStep::connect:
      return "bringing its calls to this service";
    case CarrierStep::give_back:
      return "giving back the number's earlier settings";
    case CarrierStep::release:
      return "releasing the number at Twilio";
    case CarrierStep::compare:
      return std::nullopt;
  }
  return std::nullopt;
}

Result<CarrierCredentials> credentials_of(Transaction const& tx, Context const& ctx, Line const& line) {
  auto const& holding = std::get<TwilioHolding>(line.holding);
  auto token = open_secret(tx, ctx.account, ctx.secrets, line.id, auth_token_field,
                           holding.auth_token_sealed.value_or(""));
  if (!token) return fail(std::move(token.error()));
  return CarrierCredentials{holding.account_sid, std::move(*token)};
}

CarrierOrder order_of(Context const& ctx, Line const& line, CarrierTask const& task, CarrierStep step,
                      CarrierCredentials credentials) {
  CarrierOrder order{.step = step,
                     .credentials = std::move(credentials),
                     .search = {task.area_code, task.country_code},
                     .number = {},
                     .sid = std::get<TwilioHolding>(line.holding).phone_number_sid.value_or(""),
                     .name = "Linebook " + line.id.value,
                     .ours = our_voice_settings(ctx.policies.public_url),
                     .connected_to = task.connected_to,
                     .earlier = task.earlier,
                     .request_id = task.request_id};
  if (auto number = E164::parse(line.phone_number)) order.number = *number;
  return order;
}

using Then = std::move_only_function<void(CarrierOutcome)>;

CarrierReply<CarrierNumber> telling_number(Then then) {
  return [then = std::move(then)](CarrierResult<CarrierNumber> number) mutable {
    if (!number) return then(std::move(number.error()));
    then(std::optional<CarrierNumber>(std::move(*number)));
  };
}

/// What is to be let go and is not there any more is let go.
template <class T>
CarrierReply<T> telling_gone(Then then) {
  return [then = std::move(then)](CarrierResult<T> done) mutable {
    if (!done && done.error().fault != CarrierFault::not_found) return then(std::move(done.error()));
    then(std::monostate());
  };
}

/// What clears a setting is only said where one is set: so the carrier is asked first.
void connect(Carrier& carrier, CarrierOrder const& order, Then then) {
  carrier.get(order.credentials, order.sid,
              [&carrier, &order, then = std::move(then)](CarrierResult<CarrierNumber> number) mutable {
                if (!number) return then(std::move(number.error()));
                carrier.set_voice(order.credentials, order.sid, number->voice, order.ours,
                                  telling_number(std::move(then)));
              });
}

void give_back(Carrier& carrier, CarrierOrder const& order, Then then) {
  carrier.get(order.credentials, order.sid,
              [&carrier, &order, then = std::move(then)](CarrierResult<CarrierNumber> number) mutable {
                // Whoever changed it since knows better than we do what it was before us.
                if (!number || !comes_to_us(number->voice, order))
                  return telling_gone<CarrierNumber>(std::move(then))(std::move(number));
                carrier.set_voice(order.credentials, order.sid, number->voice,
                                  order.earlier.value_or(VoiceSettings()),
                                  telling_gone<CarrierNumber>(std::move(then)));
              });
}

}  // namespace

std::optional<CarrierStep> next_step(Line const& line, CarrierTask const& task) {
  bool const held = std::get<TwilioHolding>(line.holding).phone_number_sid.has_value();
  if (task.goal == CarrierGoal::hold) {
    if (held) return task.connected_to ? CarrierStep::compare : CarrierStep::connect;
    if (!line.has_number()) return CarrierStep::search;
    return task.purchase == Purchase::intended ? CarrierStep::buy : CarrierStep::look_up;
  }
  if (held) return task.goal == CarrierGoal::detach ? CarrierStep::give_back : CarrierStep::release;
  // What may have been bought is not left behind.
  if (may_hold(line, task)) return CarrierStep::look_up;
  return std::nullopt;
}

bool comes_to_us(VoiceSettings const& voice, CarrierOrder const& order) {
  return voice.trunk_sid.empty() && voice.voice_application_sid.empty() &&
         (voice.voice_url == order.ours.voice_url || voice.voice_url == order.connected_to);
}

VoiceSettings our_voice_settings(std::string_view public_url) {
  auto const url = [public_url](std::string_view path) {
    return std::string(public_url) + std::string(path);
  };
  return {.voice_url = url(carrier_voice_path),
          .voice_method = "POST",
          .voice_fallback_url = {},
          .voice_fallback_method = "POST",
          .status_callback = url(carrier_status_path),
          .status_callback_method = "POST",
          .trunk_sid = {},
          .voice_application_sid = {}};
}

std::optional<CarrierOrder> begin_step(Transaction& tx, Context const& ctx, std::string const& lease,
                                       LineId const& id) {
  auto worked = worked_line(tx, ctx, lease, id);
  if (!worked) return std::nullopt;
  auto& [line, task, own] = *worked;
  auto const step = next_step(line, task);
  if (!step) {
    remove_line(tx, own, line, Action::deleted);
    return std::nullopt;
  }
  auto credentials = credentials_of(tx, own, line);
  if (!credentials) {
    give_up(tx, own, line, task, {FailureKind::refused, 0, "the token cannot be read; set it anew"});
    return std::nullopt;
  }
  // From here on the number may be ours without our knowing.
  if (step == CarrierStep::buy) {
    task.purchase = Purchase::sent;
    task.absences = 0;  // those before this purchase say nothing of it
  }
  task.lease_until = own.now + carrier_lease;
  tx.carrier_tasks().put(task);
  if (auto const progress = progress_of(*step)) change_line(tx, own, line, line.status, *progress);
  return order_of(own, line, task, *step, std::move(*credentials));
}

void perform(Carrier& carrier, CarrierOrder const& order, Then then) {
  switch (order.step) {
    case CarrierStep::search:
      return carrier.search(order.credentials, order.search,
                            [then = std::move(then)](CarrierResult<std::vector<E164>> numbers) mutable {
                              if (!numbers) return then(std::move(numbers.error()));
                              then(std::move(*numbers));
                            });
    case CarrierStep::look_up:
      return carrier.find_owned(
          order.credentials, *order.number,
          [then = std::move(then)](CarrierResult<std::optional<CarrierNumber>> number) mutable {
            if (!number) return then(std::move(number.error()));
            then(std::move(*number));
          });
    case CarrierStep::buy:
      return carrier.buy(order.credentials, *order.number, order.name, telling_number(std::move(then)));
    case CarrierStep::connect:
      return connect(carrier, order, std::move(then));
    case CarrierStep::compare:
      return carrier.get(order.credentials, order.sid, telling_number(std::move(then)));
    case CarrierStep::give_back:
      return give_back(carrier, order, std::move(then));
    case CarrierStep::release:
      return carrier.release(order.credentials, order.sid, telling_gone<void>(std::move(then)));
  }
}

}  // namespace linebook
