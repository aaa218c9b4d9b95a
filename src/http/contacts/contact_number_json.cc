#include "http/contacts/contact_number_json.h"

namespace linebook::http {
namespace {

void write_identity(JsonWriter& json, ContactNumber const& n) {
  json.key("id").string(n.id.value);
  json.key("number").string(n.number.view());
  json.key("phone_type").string(to_string(n.phone_type));
  json.key("primary").boolean(n.primary);
}

void write_link(JsonWriter& json, LinkedContactNumber const& n) {
  json.key("linked_to").begin_object();
  json.key("type").string(to_string(n.number.person.type));
  json.key("id").string(n.number.person.id.value);
  json.key("name").string(n.person_name);
  json.end_object();
}

}  // namespace

std::string contact_number_json(LinkedContactNumber const& n) {
  JsonWriter json;
  json.begin_object();
  write_identity(json, n.number);
  json.key("verified").boolean(n.number.verified);
  json.key("do_not_call").boolean(n.number.do_not_call);
  write_link(json, n);
  json.key("created_at").time(n.number.created_at);
  json.key("updated_at").time(n.number.updated_at);
  json.end_object();
  return std::move(json).take();
}

void write_contact_number_item(JsonWriter& json, LinkedContactNumber const& n) {
  json.begin_object();
  write_identity(json, n.number);
  write_link(json, n);
  json.end_object();
}

}  // namespace linebook::http
