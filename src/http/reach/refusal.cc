#include "http/reach/refusal.h"

#include "http/codec/error_table.h"
#include "http/codec/field_parsers.h"
#include "http/reach/decision_json.h"

namespace linebook::http {

Answer not_allowed(Decision const& decision, Context const& ctx) {
  auto const& reason = decision.verdict.reasons.front();
  auto const status = status_of(ErrorCode::contact_not_allowed);
  JsonWriter json;
  json.begin_object().key("error").begin_object().key("code").string(status.name);
  json.key("message").string("not allowed: " + reason.message).key("details").begin_array().begin_object();
  json.key("field").string("to").key("message").string(reason.message);
  if (decision.id) json.key("id").string(decision.id->value);
  json.key("decision");
  write_decision(json, decision);
  json.end_object().end_array().key("request_id").string(ctx.request_id).end_object().end_object();
  return {.status = status.status, .body = std::move(json).take()};
}

Recipient read_recipient(ObjectReader& reader) {
  Recipient recipient;
  auto const to = reader.required_text(
      "to", [](std::string_view text) -> Parsed<std::string> { return std::string(text); });
  if (!to) return recipient;
  if (to->starts_with("phn_")) {
    recipient.phone = ContactNumberId{*to};
  } else if (auto number = ten_digits(*to)) {
    recipient.number = *number;
  } else {
    reader.problem("to",
                   "must be the id of a number (phn_…), ten digits or an E.164 number: it " + number.error());
  }
  return recipient;
}

}  // namespace linebook::http
