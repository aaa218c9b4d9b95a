#include "store/encoding/ledger_encoding.h"

#include <boost/json.hpp>
#include <cstdint>
#include <stdexcept>

namespace linebook {
namespace {

namespace json = boost::json;

json::value to_json(FieldValue const& value) {
  return std::visit(
      [](auto const& v) -> json::value {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>)
          return nullptr;
        else
          return json::value(v);
      },
      value);
}

FieldValue from_json(json::value const& value) {
  if (value.is_null()) return std::monostate{};
  if (auto const* flag = value.if_bool()) return *flag;
  if (auto const* number = value.if_int64()) return *number;
  if (auto const* text = value.if_string()) return std::string(*text);
  throw std::runtime_error("a ledger entry holds an unreadable value");
}

void append_column(std::string& out, std::string_view bytes) {
  auto const size = static_cast<std::uint32_t>(bytes.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>((size >> shift) & 0xff));
  out.append(bytes);
}

}  // namespace

std::string encode_changes(std::vector<FieldChange> const& changes) {
  json::object fields;
  fields.reserve(changes.size());
  for (auto const& change : changes) {
    if (change.secrecy == Secrecy::secret)
      fields.emplace(change.field, json::object{{"changed", true}});
    else
      fields.emplace(change.field, json::object{{"was", to_json(change.was)}, {"is", to_json(change.is)}});
  }
  return json::serialize(fields);
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
  append_column(out, std::to_string(entry.account.value));
  append_column(out, std::to_string(entry.sequence));
  append_column(out, std::to_string(entry.at_milliseconds));
  for (auto column :
       {entry.actor, entry.request_id, entry.entity, entry.entity_id, entry.action, entry.changes})
    append_column(out, column);
  return out;
}

}  // namespace linebook
