#include "http/lines/line_json.h"

#include <algorithm>

namespace linebook::http {
namespace {

void write_agent_id(JsonWriter& json, std::string_view name, std::optional<AgentId> const& id) {
  json.key(name);
  id ? json.string(id->value) : json.null();
}

void write_fallback(JsonWriter& json, std::optional<FallbackDestination> const& f) {
  json.key("fallback_destination");
  if (!f) {
    json.null();
    return;
  }
  bool const is_number = f->type == FallbackType::number;
  json.begin_object().key("type").string(is_number ? "number" : "sip");
  json.key(is_number ? "number" : "sip_uri").string(f->address).end_object();
}

void write_answer(JsonWriter& json, std::optional<AgentAnswer> const& answer) {
  json.key("answer");
  if (!answer) {
    json.null();
    return;
  }
  json.begin_object().key("type").string(to_string(answer->type));
  json.key(answer->type == AnswerType::sip ? "sip_uri" : "url").string(answer->address).end_object();
}

void write_holding(JsonWriter& json, ByoTrunk const& t) {
  json.key("sip_termination_uri").string_or_null(t.sip_termination_uri);
  json.key("sip_username").string_or_null(t.sip_username);
  json.key("has_sip_password").boolean(t.sip_password_sealed.has_value());
  json.key("e164_check").boolean(t.e164_check);
}

void write_holding(JsonWriter& json, TwilioHolding const& t) {
  json.key("twilio_account_sid").string(t.account_sid);
  json.key("twilio_phone_number_sid").string_or_null(t.phone_number_sid);
  json.key("has_auth_token").boolean(t.auth_token_sealed.has_value());
  json.key("capabilities");
  if (!t.capabilities) {
    json.null();
    return;
  }
  json.begin_object();
  for (char const* name : {"voice", "sms", "mms", "fax"})
    json.key(name).boolean(std::ranges::find(*t.capabilities, name) != t.capabilities->end());
  json.end_object();
}

void write_holding(JsonWriter& json, PiaHolding const& p) {
  json.key("area_code").string_or_null(p.area_code).key("country_code").string(p.country_code);
}

}  // namespace

void write_line(JsonWriter& json, Line const& l) {
  json.begin_object();
  json.key("id").string(l.id.value).key("provider").string(to_string(l.provider()));
  json.key("phone_number");
  l.has_number() ? json.string(l.phone_number) : json.null();
  write_agent_id(json, "ai_agent_id", l.ai_agent_id);
  write_agent_id(json, "outbound_ai_agent_id", l.outbound_ai_agent_id);
  json.key("name").string_or_null(l.name);
  json.key("status").string(to_string(l.status)).key("status_detail").string_or_null(l.status_detail);
  write_fallback(json, l.fallback_destination);
  std::visit([&](auto const& holding) { write_holding(json, holding); }, l.holding);
  json.key("created_at").time(l.created_at).key("updated_at").time(l.updated_at);
  json.end_object();
}

std::string line_json(Line const& l) {
  JsonWriter json;
  write_line(json, l);
  return std::move(json).take();
}

void write_agent(JsonWriter& json, Agent const& a) {
  json.begin_object().key("agent_id").string(a.id.value).key("agent_name").string(a.name);
  write_answer(json, a.answer);
  json.key("created_at").time(a.created_at).key("updated_at").time(a.updated_at).end_object();
}

std::string agent_json(Agent const& a) {
  JsonWriter json;
  write_agent(json, a);
  return std::move(json).take();
}

std::string call_route_json(CallRoute const& r) {
  JsonWriter json;
  json.begin_object();
  json.key("phone_number").string(r.line.phone_number).key("line_id").string(r.line.id.value);
  json.key("provider").string(to_string(r.line.provider())).key("action").string(to_string(r.action));
  json.key("ai_agent");
  if (r.agent) {
    json.begin_object().key("agent_id").string(r.agent->id.value).key("agent_name").string(r.agent->name);
    write_answer(json, r.agent->answer);
    json.end_object();
  } else {
    json.null();
  }
  write_fallback(json, r.line.fallback_destination);
  json.key("callers").begin_array();
  for (auto const& c : r.callers) {
    json.begin_object()
        .key("type")
        .string(to_string(c.number.person.type))
        .key("id")
        .string(c.number.person.id.value);
    json.key("name").string(c.person_name).key("phone_id").string(c.number.id.value);
    json.key("phone_type").string(to_string(c.number.phone_type));
    json.key("do_not_call").boolean(c.number.do_not_call).end_object();
  }
  json.end_array().end_object();
  return std::move(json).take();
}

}  // namespace linebook::http
