#include "http/messages/message_json.h"

#include "domain/numbers/written_number.h"
#include "http/calls/call_json.h"

namespace linebook::http {
namespace {

/// Of people who share a number, so many are told.
constexpr std::int64_t max_people_told = 10;

void write_people(JsonWriter& json, std::vector<LinkedContactNumber> const& people) {
  json.key("people").begin_array();
  for (auto const& linked : people) {
    auto const& person = linked.number.person;
    json.begin_object().key("type").string(to_string(person.type)).key("id").string(person.id.value);
    json.key("name").string(linked.person_name).key("phone_id").string(linked.number.id.value).end_object();
  }
  json.end_array();
}

void write_message_members(JsonWriter& json, ShownMessage const& shown) {
  auto const& m = shown.message;
  json.key("id").string(m.id.value).key("direction").string(to_string(m.direction)).key("carrier_sid");
  m.has_carrier_sid() ? json.string(m.carrier_sid) : json.null();
  json.key("line_id").string(m.line.value).key("from").string(m.from).key("to").string(m.to);
  json.key("text").string_or_null(shown.text).key("status").string(to_string(m.status)).key("purpose");
  m.purpose ? json.string(to_string(*m.purpose)) : json.null();
  json.key("phone_id");
  m.phone ? json.string(m.phone->value) : json.null();
  json.key("decision_id");
  m.decision ? json.string(m.decision->value) : json.null();
  write_people(json, shown.people);
  json.key("error_code");
  m.error_code ? json.number(*m.error_code) : json.null();
  json.key("error_message").string_or_null(m.error_message).key("segments");
  m.segments ? json.number(*m.segments) : json.null();
  json.key("price").string_or_null(m.price).key("price_unit").string_or_null(m.price_unit);
  json.key("send_at").time(m.send_at);
  json.key("created_at").time(m.created_at);
  json.key("sent_at").time(m.sent_at);
  json.key("ended_at").time(m.ended_at);
  json.key("updated_at").time(m.updated_at);
}

}  // namespace

ShownMessage with_people(Transaction const& tx, AccountId account, Message message,
                         std::optional<std::string> text) {
  auto const other = read_written_number(message.direction == Direction::inbound ? message.from : message.to);
  ShownMessage told{.message = std::move(message), .text = std::move(text), .people = {}};
  if (other) told.people = tx.contact_numbers().with_number(account, other->number, max_people_told);
  return told;
}

void write_message(JsonWriter& json, ShownMessage const& shown) {
  json.begin_object();
  write_message_members(json, shown);
  json.end_object();
}

std::string message_json(ShownMessage const& shown) {
  JsonWriter json;
  write_message(json, shown);
  return std::move(json).take();
}

std::string message_json(ShownMessage const& shown, std::vector<StatusNotice> const& events) {
  JsonWriter json;
  json.begin_object();
  write_message_members(json, shown);
  write_events(json, events);
  json.end_object();
  return std::move(json).take();
}

}  // namespace linebook::http
