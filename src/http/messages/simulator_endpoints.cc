// /simulator/phones: the phones at the other end of a demo installation's calls and texts.
#include <memory>

#include "app/ports/simulated_phones.h"
#include "domain/messages/message.h"
#include "domain/numbers/written_number.h"
#include "domain/text/remark.h"
#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/messages/routes.h"
#include "http/serving/endpoint.h"

namespace linebook::http {
namespace {

constexpr int max_error_code = 99'999;

Error no_simulator() {
  return {ErrorCode::not_found,
          "there are no simulated phones here: they answer in a demo installation (linebook serve --demo)",
          {}};
}

Result<E164> phone_number(std::string const& text) {
  auto const written = read_written_e164(text.starts_with(' ') ? "+" + text.substr(1) : text);
  if (!written)
    return fail(ErrorCode::not_found, "no phone has this number: it " + message_for(written.error()));
  return written->number;
}

void write_item(JsonWriter& json, PhoneItem const& item) {
  bool const is_text = item.kind == PhoneItem::Kind::text;
  json.begin_object().key("type").string(is_text ? "text" : "call").key("from").string(item.from);
  if (is_text) {
    json.key("text").string(item.text);
  } else {
    json.key("heard").begin_array();
    for (auto const& sentence : item.heard) json.string(sentence);
    json.end_array();
  }
  json.key("at").time(item.at).end_object();
}

std::string phone_json(SimulatedPhone const& phone) {
  JsonWriter json;
  json.begin_object().key("number").string(phone.number.view()).key("behaviour").begin_object();
  json.key("call").string(to_string(phone.behaviour.call));
  json.key("text").string(to_string(phone.behaviour.text)).key("error_code");
  phone.behaviour.error_code ? json.number(*phone.behaviour.error_code) : json.null();
  json.end_object().key("inbox").begin_array();
  for (auto const& item : phone.inbox) write_item(json, item);
  json.end_array().end_object();
  return std::move(json).take();
}

Parsed<CallBehaviour> call_behaviour(std::string_view text) {
  auto const known = parse_call_behaviour(text);
  if (!known) return complain("must be one of answer, busy, no_answer, voicemail, fail");
  return *known;
}

Parsed<TextBehaviour> text_behaviour(std::string_view text) {
  auto const known = parse_text_behaviour(text);
  if (!known) return complain("must be one of deliver, fail");
  return *known;
}

Parsed<std::string> phone_text(std::string_view text) {
  if (text.empty() || !is_remark(text, max_message_text))
    return complain("must be 1 to " + std::to_string(max_message_text) + " characters");
  return std::string(text);
}

Parsed<std::string> called_line(std::string_view text) {
  auto const written = read_written_e164(text);
  if (!written) return complain(message_for(written.error()));
  return written->number.str();
}

/// What the phone does from now on, or does now.
struct PhoneOrder {
  std::optional<PhoneBehaviour> behaviour = {};
  std::optional<std::string> line = {};  // whom it texts or calls
  std::optional<std::string> text = {};  // nothing: it calls
  Problems problems = {};
};

PhoneBehaviour read_behaviour(boost::json::value const& value, Problems& problems) {
  ObjectReader reader(value, problems, "behaviour.");
  PhoneBehaviour behaviour;
  behaviour.call = reader.text_unless_null("call", call_behaviour).value_or(CallBehaviour::answer);
  behaviour.text = reader.text_unless_null("text", text_behaviour).value_or(TextBehaviour::deliver);
  if (reader.has("error_code"))
    if (auto code = reader.integer("error_code", 1, max_error_code))
      behaviour.error_code = static_cast<int>(*code);
  if (reader.mentions("error_code") && !reader.has("error_code"))
    (void)reader.text("error_code", phone_text);  // null: the usual one
  reader.refuse_unknown();
  return behaviour;
}

PhoneOrder read_order(boost::json::value const& body) {
  PhoneOrder order;
  ObjectReader reader(body, order.problems);
  int parts = 0;
  if (auto const* behaviour = reader.object("behaviour")) {
    order.behaviour = read_behaviour(*behaviour, order.problems);
    ++parts;
  }
  if (auto const* text = reader.object("text")) {
    ObjectReader inner(*text, order.problems, "text.");
    order.line = inner.required_text("to", called_line);
    order.text = inner.required_text("text", phone_text);
    inner.refuse_unknown();
    ++parts;
  }
  if (auto const* phone_call = reader.object("call")) {
    ObjectReader inner(*phone_call, order.problems, "call.");
    order.line = inner.required_text("to", called_line);
    inner.refuse_unknown();
    ++parts;
  }
  reader.refuse_unknown();
  if (parts != 1 && order.problems.empty())
    reader.problem("behaviour", "is required, or text, or call: exactly one of them");
  return order;
}

Result<Plan> get_phone(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto* const phones = call.env.simulated_phones;
  if (phones == nullptr) return fail(no_simulator());
  auto const number = phone_number(call.parameter());
  if (!number) return fail(number.error());
  return Answer{.body = phone_json(phones->look_at(call.account(), *number))};
}

/// The line must be the account's own; then the phone does it, once.
class Ordering final : public ReadJob {
 public:
  Ordering(SimulatedPhones& phones, AccountId account, E164 const& number, PhoneOrder order, Respond respond)
      : phones_(phones),
        account_(account),
        number_(number),
        order_(std::move(order)),
        respond_(std::move(respond)) {}
  AccountId account() const override { return account_; }
  void run(Transaction const& tx) override {
    is_ours_ = !order_.line || tx.lines().find_by_number(account_, *order_.line);
  }
  void done(std::optional<Error> error) override {
    if (error) return respond_(fail(std::move(*error)));
    if (!is_ours_)
      return respond_(fail(validation_error(
          {{order_.text ? "text.to" : "call.to", "must be the number of a line of this account"}})));
    if (order_.behaviour) phones_.behave(account_, number_, *order_.behaviour);
    if (order_.line && order_.text) phones_.text(account_, number_, *order_.line, *order_.text);
    if (order_.line && !order_.text) phones_.call(account_, number_, *order_.line);
    respond_(Answer{.body = phone_json(phones_.look_at(account_, number_))});
  }

 private:
  SimulatedPhones& phones_;
  AccountId account_;
  E164 number_;
  PhoneOrder order_;
  Respond respond_;
  bool is_ours_ = false;
};

Result<Plan> post_phone(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto* const phones = call.env.simulated_phones;
  if (phones == nullptr) return fail(no_simulator());
  auto const number = phone_number(call.parameter());
  if (!number) return fail(number.error());
  auto order = read_order(call.body);
  if (!order.problems.empty()) return fail(validation_error(std::move(order.problems)));
  return Later{[phones, account = call.account(), number = *number, order = std::move(order),
                &env = call.env](Respond respond) mutable {
    env.store.read(ReadCost::bounded, std::make_unique<Ordering>(*phones, account, number, std::move(order),
                                                                 std::move(respond)));
  }};
}

}  // namespace

std::vector<Route> simulator_routes() {
  return {{Method::get, "/simulator/phones/{number}", Scope::reach_read, get_phone},
          {Method::post, "/simulator/phones/{number}", Scope::reach_write, post_phone}};
}

}  // namespace linebook::http
