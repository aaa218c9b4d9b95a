#include "http/reach/decision_json.h"

namespace linebook::http {
namespace {

template <class AnyId>
void write_id(JsonWriter& json, std::string_view name, std::optional<AnyId> const& id) {
  json.key(name);
  id ? json.string(id->value) : json.null();
}

void write_people(JsonWriter& json, std::vector<DecidedPerson> const& people) {
  json.key("people").begin_array();
  for (auto const& person : people) {
    json.begin_object().key("type").string(to_string(person.ref.type)).key("id").string(person.ref.id.value);
    json.key("name").string(person.name).end_object();
  }
  json.end_array();
}

void write_clocks(JsonWriter& json, Decision const& d) {
  json.key("local_times").begin_array();
  for (auto const offset : d.verdict.utc_offsets) json.string(to_local_rfc3339(d.at, offset));
  json.end_array().key("timezones").begin_array();
  for (auto const& zone : d.verdict.timezones) json.string(zone);
  json.end_array().key("timezone_source");
  d.verdict.zone_source ? json.string(to_string(*d.verdict.zone_source)) : json.null();
}

}  // namespace

void write_reasons(JsonWriter& json, std::vector<Reason> const& reasons) {
  json.begin_array();
  for (auto const& reason : reasons) {
    json.begin_object().key("code").string(to_string(reason.code)).key("message").string(reason.message);
    json.key("until").time(reason.until);
    json.end_object();
  }
  json.end_array();
}

void write_decision(JsonWriter& json, Decision const& d) {
  json.begin_object();
  write_id(json, "id", d.id);
  json.key("allowed").boolean(d.verdict.allowed()).key("channel").string(to_string(d.channel));
  json.key("purpose").string(to_string(d.purpose)).key("number").string(d.number.view());
  write_id(json, "phone_id", d.phone);
  write_id(json, "line_id", d.line);
  json.key("voice").string(to_string(d.voice));
  write_people(json, d.people);
  json.key("at").time(d.at);
  write_clocks(json, d);
  json.key("reasons");
  write_reasons(json, d.verdict.reasons);
  json.key("next_allowed_at").time(d.verdict.next_allowed_at);
  json.key("valid_until").time(d.verdict.valid_until);
  json.key("policy_version").number(d.policy_version).end_object();
}

std::string decision_json(Decision const& d) {
  JsonWriter json;
  write_decision(json, d);
  return std::move(json).take();
}

}  // namespace linebook::http
