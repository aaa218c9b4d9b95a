#include "http/webhooks/webhook_json.h"

#include "domain/ledger/ledger_entry.h"

namespace linebook::http {
namespace {

void write_webhook_members(JsonWriter& json, Webhook const& w) {
  json.key("id").string(w.id.value).key("url").string(w.url).key("types").begin_array();
  for (auto const& pattern : w.types) json.string(to_string(pattern));
  json.end_array().key("description").string_or_null(w.description);
  json.key("ordered").boolean(w.order == WebhookOrder::by_entity).key("enabled").boolean(w.enabled);
  json.key("disabled_reason").string_or_null(w.disabled_reason).key("disabled_at").time(w.disabled_at);
  json.key("previous_secret_until").time(w.previous_until);
  json.key("created_at").time(w.created_at).key("updated_at").time(w.updated_at);
}

}  // namespace

void write_webhook(JsonWriter& json, Webhook const& webhook) {
  json.begin_object();
  write_webhook_members(json, webhook);
  json.end_object();
}

std::string webhook_json(Webhook const& webhook) {
  JsonWriter json;
  write_webhook(json, webhook);
  return std::move(json).take();
}

std::string webhook_json(Webhook const& webhook, std::optional<std::string_view> secret) {
  JsonWriter json;
  json.begin_object();
  write_webhook_members(json, webhook);
  json.key("secret");
  secret ? json.string(*secret) : json.null();
  json.end_object();
  return std::move(json).take();
}

void write_delivery(JsonWriter& json, WebhookDelivery const& d) {
  json.begin_object().key("event_id").string(event_id(d.sequence)).key("sequence").number(d.sequence);
  json.key("entity_id").string(d.entity_id).key("state").string(to_string(d.state));
  json.key("attempts").number(d.attempts).key("next_attempt_at").time(d.next_at).key("status");
  d.status ? json.number(*d.status) : json.null();
  json.key("latency_ms");
  d.latency_ms ? json.number(*d.latency_ms) : json.null();
  json.key("answer").string_or_null(d.answer).key("error").string_or_null(d.error);
  json.key("attempted_at").time(d.attempted_at).end_object();
}

}  // namespace linebook::http
