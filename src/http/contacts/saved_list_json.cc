#include "http/contacts/saved_list_json.h"

#include <utility>

namespace linebook::http {
namespace {

void write_flag(JsonWriter& json, std::string_view name, std::optional<bool> const& flag) {
  json.key(name);
  flag ? json.boolean(*flag) : json.null();
}

void write_saved_filter(JsonWriter& json, SavedFilter const& f) {
  json.begin_object().key("q").string_or_null(f.search).key("person_type");
  f.person_type ? json.string(to_string(*f.person_type)) : json.null();
  json.key("phone_type");
  f.phone_type ? json.string(to_string(*f.phone_type)) : json.null();
  write_flag(json, "primary", f.primary);
  write_flag(json, "verified", f.verified);
  write_flag(json, "do_not_call", f.do_not_call);
  json.end_object();
}

}  // namespace

void write_saved_list(JsonWriter& json, SavedList const& l) {
  json.begin_object().key("id").string(l.id.value).key("name").string(l.name);
  json.key("of").string(to_string(l.of)).key("filter");
  write_saved_filter(json, l.filter);
  json.key("sort").string(to_string(l.sort));
  json.key("created_at").time(l.created_at).key("updated_at").time(l.updated_at).end_object();
}

std::string saved_list_json(SavedList const& l) {
  JsonWriter json;
  write_saved_list(json, l);
  return std::move(json).take();
}

}  // namespace linebook::http
