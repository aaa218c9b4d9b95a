#include "http/ledger/ledger_json.h"

namespace linebook::http {
namespace {

void write_value(JsonWriter& json, FieldValue const& value) {
  if (auto const* text = std::get_if<std::string>(&value))
    json.string(*text);
  else if (auto const* flag = std::get_if<bool>(&value))
    json.boolean(*flag);
  else if (auto const* number = std::get_if<std::int64_t>(&value))
    json.number(*number);
  else
    json.null();
}

}  // namespace

void write_changes(JsonWriter& json, std::vector<FieldChange> const& changes) {
  json.begin_object();
  for (auto const& change : changes) {
    json.field(change.field).begin_object();
    if (change.secrecy == Secrecy::secret) {
      json.key("changed").boolean(true);
    } else {
      json.key("was");
      write_value(json, change.was);
      json.key("is");
      write_value(json, change.is);
    }
    json.end_object();
  }
  json.end_object();
}

void write_ledger_entry(JsonWriter& json, LedgerEntry const& entry) {
  json.begin_object();
  json.key("id").string(event_id(entry.sequence));
  json.key("sequence").number(entry.sequence);
  json.key("time").time(entry.at);
  json.key("actor").string(entry.actor);
  json.key("request_id").string(entry.request_id);
  json.key("entity").string(to_string(entry.entity));
  json.key("entity_id").string(entry.entity_id);
  json.key("action").string(to_string(entry.action));
  write_changes(json.key("changes"), entry.changes);
  json.end_object();
}

}  // namespace linebook::http
