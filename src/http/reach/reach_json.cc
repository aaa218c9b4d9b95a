#include "http/reach/reach_json.h"

namespace linebook::http {
namespace {

void write_channel(JsonWriter& json, Suppression const& s, Channel channel) {
  json.key(to_string(channel));
  auto const& suppressed = s.of(channel);
  if (!suppressed) {
    json.null();
    return;
  }
  json.begin_object().key("reason").string(suppressed->reason).key("at").time(suppressed->at).end_object();
}

}  // namespace

void write_consent(JsonWriter& json, Consent const& c) {
  json.begin_object().key("id").string(c.id.value).key("phone_id").string(c.phone.value);
  json.key("channel").string(to_string(c.channel)).key("purpose").string(to_string(c.purpose));
  json.key("status").string(to_string(c.status)).key("basis").string(to_string(c.basis));
  json.key("at").time(c.at).key("expires_at");
  json.time(c.expires_at);
  json.key("evidence").string_or_null(c.evidence).key("created_at").time(c.created_at).end_object();
}

void write_suppression(JsonWriter& json, Suppression const& s) {
  json.begin_object().key("number").string(s.number.view()).key("channels").begin_array();
  for (auto const channel : {Channel::call, Channel::text})
    if (s.of(channel)) json.string(to_string(channel));
  json.end_array();
  write_channel(json, s, Channel::call);
  write_channel(json, s, Channel::text);
  json.key("created_at").time(s.created_at).key("updated_at").time(s.updated_at).end_object();
}

}  // namespace linebook::http
