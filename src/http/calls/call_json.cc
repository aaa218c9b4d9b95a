#include "http/calls/call_json.h"

namespace linebook::http {
namespace {

template <class AnyId>
void write_id(JsonWriter& json, std::string_view name, std::optional<AnyId> const& id) {
  json.key(name);
  id ? json.string(id->value) : json.null();
}

template <class Word>
void write_word(JsonWriter& json, std::string_view name, std::optional<Word> const& word) {
  json.key(name);
  word ? json.string(to_string(*word)) : json.null();
}

void write_metadata(JsonWriter& json, CallMetadata const& metadata) {
  json.key("metadata").begin_object();
  for (auto const& [name, value] : metadata) json.key(name).string(value);
  json.end_object();
}

void write_members(JsonWriter& json, CallRecord const& c) {
  json.key("id").string(c.id.value).key("direction").string(to_string(c.direction)).key("carrier_sid");
  c.has_carrier_sid() ? json.string(c.carrier_sid) : json.null();
  json.key("line_id").string(c.line.value).key("from").string(c.from).key("to").string(c.to);
  json.key("status").string(to_string(c.status));
  write_word(json, "action", c.action);
  write_id(json, "ai_agent_id", c.ai_agent);
  json.key("duration_seconds");
  c.duration_seconds ? json.number(*c.duration_seconds) : json.null();
  write_id(json, "phone_id", c.phone);
  write_word(json, "purpose", c.purpose);
  write_id(json, "decision_id", c.decision);
  write_word(json, "answered_by", c.answered_by);
  json.key("voicemail");
  c.direction == Direction::outbound ? json.string(to_string(c.voicemail)) : json.null();
  write_metadata(json, c.metadata);
  json.key("error_code");
  c.error_code ? json.number(*c.error_code) : json.null();
  json.key("error_message").string_or_null(c.error_message).key("dial_list_id");
  c.dialed_for ? json.string(c.dialed_for->list.value) : json.null();
  json.key("started_at").time(c.started_at).key("ended_at");
  json.time(c.ended_at);
  json.key("updated_at").time(c.updated_at);
}

}  // namespace

void write_call(JsonWriter& json, CallRecord const& c) {
  json.begin_object();
  write_members(json, c);
  json.end_object();
}

std::string call_json(CallRecord const& c) {
  JsonWriter json;
  write_call(json, c);
  return std::move(json).take();
}

std::string call_json(CallRecord const& c, std::vector<StatusNotice> const& events) {
  JsonWriter json;
  json.begin_object();
  write_members(json, c);
  write_events(json, events);
  json.end_object();
  return std::move(json).take();
}

void write_events(JsonWriter& json, std::vector<StatusNotice> const& events) {
  json.key("events").begin_array();
  for (auto const& event : events) {
    json.begin_object().key("status").string(event.status).key("told_by").string(event.told_by);
    json.key("error_code");
    event.error_code ? json.number(*event.error_code) : json.null();
    json.key("sequence");
    event.sequence ? json.number(*event.sequence) : json.null();
    json.key("at").time(event.at).end_object();
  }
  json.end_array();
}

}  // namespace linebook::http
