#include "http/contacts/person_json.h"

namespace linebook::http {
namespace {

void write_fields(JsonWriter& json, Person const& p) {
  json.key("id").string(p.ref.id.value);
  json.key("first_name").string(p.first_name).key("last_name").string(p.last_name);
  if (p.ref.type == PersonType::patient) {
    json.key("date_of_birth").string_or_null(p.date_of_birth).key("gender");
    p.gender ? json.string(to_string(*p.gender)) : json.null();
  } else {
    json.key("npi").string_or_null(p.npi);
  }
  json.key("email").string_or_null(p.email).key("timezone").string_or_null(p.timezone);
  json.key("contact_window");
  p.contact_window ? write_contact_window(json, *p.contact_window) : void(json.null());
  json.key("state").string_or_null(p.state);
  if (p.ref.type == PersonType::patient)
    json.key("active").boolean(p.active).key("deceased").boolean(p.deceased);
}

void write_times(JsonWriter& json, Person const& p) {
  json.key("created_at").time(p.created_at).key("updated_at").time(p.updated_at);
}

}  // namespace

void write_contact_window(JsonWriter& json, ContactWindow const& window) {
  json.begin_object().key("days").begin_array();
  for (auto const day : window.days()) json.string(to_string(day));
  json.end_array().key("start").string(to_clock_text(window.start()));
  json.key("end").string(to_clock_text(window.end())).end_object();
}

std::string person_json(PersonWithNumbers const& p) {
  JsonWriter json;
  json.begin_object();
  write_fields(json, p.person);
  json.key("phone_numbers").begin_array();
  for (auto const& n : p.numbers) {
    json.begin_object().key("id").string(n.id.value).key("number").string(n.number.view());
    json.key("phone_type").string(to_string(n.phone_type)).key("primary").boolean(n.primary);
    json.key("verified").boolean(n.verified).key("do_not_call").boolean(n.do_not_call).end_object();
  }
  json.end_array();
  write_times(json, p.person);
  json.end_object();
  return std::move(json).take();
}

void write_person_item(JsonWriter& json, Person const& p) {
  json.begin_object();
  write_fields(json, p);
  write_times(json, p);
  json.end_object();
}

}  // namespace linebook::http
