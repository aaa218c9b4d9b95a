#include "http/dialing/dial_list_json.h"

#include <algorithm>

#include "domain/text/iso_duration.h"
#include "http/reach/decision_json.h"

namespace linebook::http {
namespace {

template <class AnyId>
void write_id_or_null(JsonWriter& json, std::string_view key, std::optional<AnyId> const& id) {
  json.key(key);
  id ? json.string(id->value) : json.null();
}

void write_filter(JsonWriter& json, std::optional<DialFilter> const& filter) {
  json.key("filter");
  if (!filter) {
    json.null();
    return;
  }
  json.begin_object().key("person_type").string(to_string(filter->person_type));
  json.key("q").string_or_null(filter->text).key("phone_type");
  filter->phone_type ? json.string(to_string(*filter->phone_type)) : json.null();
  json.key("verified");
  filter->verified ? json.boolean(*filter->verified) : json.null();
  json.key("state").string_or_null(filter->state).end_object();
}

void write_dialing(JsonWriter& json, DialList const& l) {
  bool const dials = l.dialer == Dialer::linebook;
  json.key("dialer").string(to_string(l.dialer)).key("calls_at_once");
  dials ? json.number(l.calls_at_once) : json.null();
  json.key("calls_per_second");
  dials ? json.raw(to_rate_text(l.calls_per_second)) : json.null();
  write_id_or_null(json, "ai_agent_id", l.ai_agent);
  json.key("voicemail");
  dials ? json.string(to_string(l.voicemail)) : json.null();
}

void write_fields(JsonWriter& json, DialList const& l) {
  json.key("id").string(l.id.value).key("name").string(l.name);
  json.key("purpose").string(to_string(l.purpose)).key("channel").string(to_string(Channel::call));
  json.key("line_ids").begin_array();
  for (auto const& line : l.lines) json.string(line.value);
  json.end_array();
  write_filter(json, l.filter);
  json.key("phone_types").begin_array();
  for (auto const type : l.phone_types) json.string(to_string(type));
  json.end_array().key("max_attempts").number(l.max_attempts).key("retry_after").begin_object();
  json.key("no_answer").string(to_iso_duration(l.retry_after.no_answer));
  json.key("busy").string(to_iso_duration(l.retry_after.busy));
  json.key("voicemail").string(to_iso_duration(l.retry_after.voicemail)).end_object();
  json.key("starts_at").time(l.starts_at);
  json.key("ends_at").time(l.ends_at);
  write_dialing(json, l);
  json.key("status").string(to_string(l.status)).key("filling").boolean(l.filling);
  json.key("entries").number(l.entries);
  json.key("created_at").time(l.created_at).key("updated_at").time(l.updated_at);
}

/// All of one state: how many, when the first of them has its turn, and why they are there.
void write_state(JsonWriter& json, DialEntryState state, std::vector<DialCount> const& counts) {
  std::int64_t total = 0;
  std::optional<Instant> first;
  for (auto const& count : counts) {
    if (count.state != state) continue;
    total += count.entries;
    first = first ? std::min(*first, count.first_turn_at) : count.first_turn_at;
  }
  json.key(to_string(state)).begin_object().key("entries").number(total);
  if (state == DialEntryState::waiting || state == DialEntryState::ready || state == DialEntryState::leased)
    json.key(state == DialEntryState::ready ? "first_closes_at" : "first_at").time(first);
  json.key("reasons").begin_array();
  for (auto const& count : counts) {
    if (count.state != state || !count.reason) continue;
    json.begin_object().key("reason").string(*count.reason).key("entries").number(count.entries);
    if (state == DialEntryState::waiting) json.key("first_at").time(count.first_turn_at);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace

void write_dial_list(JsonWriter& json, DialList const& l) {
  json.begin_object();
  write_fields(json, l);
  json.end_object();
}

std::string dial_list_json(DialList const& l) {
  JsonWriter json;
  write_dial_list(json, l);
  return std::move(json).take();
}

std::string counted_dial_list_json(DialList const& l, std::vector<DialCount> const& counts) {
  JsonWriter json;
  json.begin_object();
  write_fields(json, l);
  json.key("counts").begin_object();
  for (auto const state : {DialEntryState::ready, DialEntryState::waiting, DialEntryState::leased,
                           DialEntryState::calling, DialEntryState::done, DialEntryState::blocked})
    write_state(json, state, counts);
  json.end_object().end_object();
  return std::move(json).take();
}

void write_dial_entry(JsonWriter& json, DialEntry const& e) {
  json.begin_object().key("id").string(e.id.value).key("person").begin_object();
  json.key("type").string(to_string(e.person.type)).key("id").string(e.person.id.value).end_object();
  json.key("state").string(to_string(e.state)).key("reason").string_or_null(e.reason);
  json.key("attempts").number(e.attempts).key("outcome");
  e.outcome ? json.string(to_string(*e.outcome)) : json.null();
  json.key("next_at").time(e.state == DialEntryState::waiting ? std::optional(e.turn_at) : std::nullopt);
  json.key("leased_until").time(e.state == DialEntryState::leased ? std::optional(e.turn_at) : std::nullopt);
  write_id_or_null(json, "phone_id", e.phone);
  json.key("number");
  e.number ? json.string(e.number->view()) : json.null();
  write_id_or_null(json, "decision_id", e.decision);
  write_id_or_null(json, "call_id", e.call);
  json.key("updated_at").time(e.updated_at).end_object();
}

std::string dial_entry_json(DialEntry const& e) {
  JsonWriter json;
  write_dial_entry(json, e);
  return std::move(json).take();
}

std::string taken_entries_json(TakenEntries const& taken) {
  JsonWriter json;
  json.begin_object().key("status").string(to_string(taken.status)).key("entries").begin_array();
  for (auto const& [entry, name, decision] : taken.entries) {
    json.begin_object().key("id").string(entry.id.value).key("person").begin_object();
    json.key("type").string(to_string(entry.person.type)).key("id").string(entry.person.id.value);
    json.key("name").string(name).end_object().key("phone_id").string(entry.phone->value);
    json.key("number").string(entry.number->view()).key("attempts").number(entry.attempts);
    json.key("leased_until").time(entry.turn_at).key("decision");
    write_decision(json, decision);
    json.end_object();
  }
  json.end_array();
  json.key("next_allowed_at").time(taken.next_allowed_at);
  json.key("reason");
  taken.reason ? json.string(to_string(*taken.reason)) : json.null();
  json.end_object();
  return std::move(json).take();
}

}  // namespace linebook::http
