#include "store/encoding/ledger_encoding.h"

#include <boost/json.hpp>
#include <cstdint>
#include <stdexcept>

#include "store/encoding/canonical_columns.h"
#include "store/encoding/json_text.h"

namespace linebook {
namespace {

namespace json = boost::json;

void append_json(std::string& out, std::string_view text) { append_json_text(out, text); }
void append_json(std::string& out, std::monostate) { out += "null"; }
void append_json(std::string& out, bool flag) { out += flag ? "true" : "false"; }
void append_json(std::string& out, std::int64_t number) { out += std::to_string(number); }
void append_value(std::string& out, FieldValue const& value) {
  std::visit([&out](auto const& v) { append_json(out, v); }, value);
}

FieldValue from_json(json::value const& value) {
  if (value.is_null()) return std::monostate{};
  if (auto const* flag = value.if_bool()) return *flag;
  if (auto const* number = value.if_int64()) return *number;
  if (auto const* text = value.if_string()) return std::string(*text);
  throw std::runtime_error("a ledger entry holds an unreadable value");
}

}  // namespace

std::string encode_changes(std::vector<FieldChange> const& changes) {
  std::string out;
  out.reserve(64 * changes.size() + 2);
  out += '{';
  for (auto const& change : changes) {
    if (out.size() > 1) out += ',';
    append_json(out, std::string_view(change.field));
    if (change.secrecy == Secrecy::secret) {
      out += R"(:{"changed":true})";
      continue;
    }
    out += R"(:{"was":)";
    append_value(out, change.was);
    out += R"(,"is":)";
    append_value(out, change.is);
    out += '}';
  }
  out += '}';
  return out;
}

std::vector<FieldChange> decode_changes(std::string_view text) {
  json::error_code error;
  auto const parsed = json::parse(json::string_view(text.data(), text.size()), error);
  auto const* fields = error ? nullptr : parsed.if_object();
  if (fields == nullptr) throw std::runtime_error("a ledger entry's changes are unreadable");
  std::vector<FieldChange> changes;
  changes.reserve(fields->size());
  for (auto const& [name, value] : *fields) {
    auto const* change = value.if_object();
    if (change == nullptr) throw std::runtime_error("a ledger entry's changes are unreadable");
    if (change->contains("changed")) {
      changes.push_back({std::string(name), {}, {}, Secrecy::secret});
      continue;
    }
    auto const* was = change->if_contains("was");
    auto const* is = change->if_contains("is");
    if (was == nullptr || is == nullptr) throw std::runtime_error("a ledger entry's changes are unreadable");
    changes.push_back({std::string(name), from_json(*was), from_json(*is), Secrecy::open});
  }
  return changes;
}

std::string canonical_entry(EntryColumns const& entry) {
  std::string out;
  out.reserve(160 + entry.changes.size());
  append_canonical(out, std::to_string(entry.account.value));
  append_canonical(out, std::to_string(entry.sequence));
  append_canonical(out, std::to_string(entry.at_milliseconds));
  for (auto column :
       {entry.actor, entry.request_id, entry.entity, entry.entity_id, entry.action, entry.changes})
    append_canonical(out, column);
  return out;
}

}  // namespace linebook
