#include "http/events/event_json.h"

#include "http/calls/call_json.h"
#include "http/contacts/contact_number_json.h"
#include "http/contacts/person_json.h"
#include "http/contacts/saved_list_json.h"
#include "http/dialing/dial_list_json.h"
#include "http/ledger/ledger_json.h"
#include "http/lines/line_json.h"
#include "http/messages/message_json.h"
#include "http/reach/reach_json.h"
#include "http/sync/fhir_source_json.h"
#include "http/webhooks/webhook_json.h"

namespace linebook::http {
namespace {

/// The thing's JSON; empty where it is not there (any more).
template <class Thing, class Write>
std::string written(std::optional<Thing> const& thing, Write write) {
  if (!thing) return {};
  JsonWriter json;
  write(json, *thing);
  return std::move(json).take();
}

std::string person_of(Transaction const& tx, AccountId account, PersonType type, std::string const& id) {
  auto const person = find_person(tx, account, {type, {id}});
  return person ? person_json(*person) : std::string();
}

std::string number_of(Transaction const& tx, AccountId account, std::string const& id) {
  auto const number = tx.contact_numbers().find(account, {id});
  return number ? contact_number_json(*number) : std::string();
}

std::string message_without_words(Transaction const& tx, AccountId account, std::string const& id) {
  auto message = tx.messages().find(account, {id});
  return message ? message_json(with_people(tx, account, std::move(*message), std::nullopt)) : std::string();
}

std::string suppression_of(Transaction const& tx, AccountId account, std::string const& number) {
  auto const digits = TenDigits::parse(number);
  return digits ? written(tx.suppressions().find(account, *digits), write_suppression) : std::string();
}

std::string object_of(Transaction const& tx, AccountId account, Entity entity, std::string const& id) {
  switch (entity) {
    case Entity::patient:
      return person_of(tx, account, PersonType::patient, id);
    case Entity::doctor:
      return person_of(tx, account, PersonType::doctor, id);
    case Entity::contact_number:
      return number_of(tx, account, id);
    case Entity::line:
      return written(tx.lines().find(account, {id}), write_line);
    case Entity::ai_agent:
      return written(tx.agents().find(account, {id}), write_agent);
    case Entity::call:
      return written(tx.calls().find(account, {id}), write_call);
    case Entity::message:
      return message_without_words(tx, account, id);
    case Entity::dial_list:
      return written(tx.dial_lists().find(account, {id}), write_dial_list);
    case Entity::consent:
      return written(tx.consents().find(account, {id}), write_consent);
    case Entity::suppression:
      return suppression_of(tx, account, id);
    case Entity::webhook:
      return written(tx.webhooks().find(account, {id}), write_webhook);
    case Entity::fhir_source:
      return written(tx.fhir_sources().find(account, {id}), write_fhir_source);
    case Entity::saved_list:
      return written(tx.saved_lists().look_at(account, {id}), write_saved_list);
    case Entity::account:
    case Entity::api_key:
    case Entity::pool_number:
    case Entity::contact_policy:
    case Entity::calling_hours:
    case Entity::import_run:
    case Entity::session:
      return {};
  }
  return {};
}

}  // namespace

Event EventJson::render(Transaction const& tx, AccountId account, std::string_view account_name,
                        LedgerEntry const& entry) const {
  auto const object = object_of(tx, account, entry.entity, entry.entity_id);
  JsonWriter json;
  json.begin_object().key("id").string(event_id(entry.sequence)).key("sequence").number(entry.sequence);
  json.key("type").string(event_type(entry.entity, entry.action)).key("time").time(entry.at);
  json.key("account").string(account_name).key("actor").string(entry.actor);
  json.key("request_id").string(entry.request_id).key("data").begin_object();
  json.key("id").string(entry.entity_id);
  write_changes(json.key("changes"), entry.changes);
  json.key("object");
  object.empty() || object.size() > max_object_bytes ? json.null() : json.raw(object);
  json.end_object().end_object();
  return {.sequence = entry.sequence,
          .entity = entry.entity,
          .action = entry.action,
          .entity_id = entry.entity_id,
          .json = std::move(json).take(),
          .request_id = entry.request_id};
}

Answer event_page_answer(std::vector<std::string> const& events, std::int64_t next_after) {
  JsonWriter json;
  json.begin_object().key("events").begin_array();
  for (auto const& event : events) json.raw(event);
  json.end_array().key("next_after").number(next_after).end_object();
  return {.body = std::move(json).take()};
}

}  // namespace linebook::http
