#include "interchange/fhir_writer.h"

#include <boost/json/serialize.hpp>

#include "interchange/fhir_extensions.h"
#include "interchange/fhir_id.h"
#include "interchange/person_view.h"

namespace linebook {
namespace {

namespace json = boost::json;

json::string_view in_json(std::string_view text) { return {text.data(), text.size()}; }

json::object fhir_name(Person const& person) {
  return {{"use", "official"}, {"family", person.last_name}, {"given", json::array{person.first_name}}};
}

json::array fhir_extensions(ContactNumber const& n) {
  json::array extensions;
  if (n.do_not_call)
    extensions.push_back(json::object{{"url", in_json(do_not_call_extension)}, {"valueBoolean", true}});
  if (n.verified) {
    json::object verified{{"url", in_json(verified_extension)}};
    if (n.verified_at)
      verified["valueDateTime"] = to_rfc3339(*n.verified_at);
    else
      verified["valueBoolean"] = true;
    extensions.push_back(std::move(verified));
  }
  return extensions;
}

json::object fhir_phone(ContactNumber const& n) {
  json::object phone;
  if (auto extensions = fhir_extensions(n); !extensions.empty()) phone["extension"] = std::move(extensions);
  phone["system"] = "phone";
  phone["value"] = in_json(n.number.to_e164().view());
  if (auto const use = fhir_use_of(n.phone_type); !use.empty()) phone["use"] = in_json(use);
  if (n.primary) phone["rank"] = 1;
  phone["period"] = json::object{{"start", to_rfc3339(n.created_at)}};
  return phone;
}

}  // namespace

std::string_view fhir_type_of(PersonType type) {
  return type == PersonType::patient ? "Patient" : "Practitioner";
}

std::string_view fhir_use_of(PhoneType type) {
  return type == PhoneType::cell ? "mobile" : type == PhoneType::home ? "home" : "";
}

std::string fhir_instant(Instant at) {
  auto text = to_rfc3339(at);
  auto const milliseconds = at.milliseconds - at.seconds() * 1000;
  text.insert(text.size() - 1, "." + std::to_string(1000 + milliseconds).substr(1));
  return text;
}

json::array fhir_telecom(PersonWithNumbers const& p) {
  json::array telecom;
  for (auto const* n : preferred_first(p.numbers)) telecom.push_back(fhir_phone(*n));
  if (p.person.email) telecom.push_back(json::object{{"system", "email"}, {"value", *p.person.email}});
  return telecom;
}

json::object fhir_resource(PersonWithNumbers const& p) {
  auto const& person = p.person;
  json::object resource{{"resourceType", in_json(fhir_type_of(person.ref.type))},
                        {"id", fhir_id_of(person.ref.id)},
                        {"meta", json::object{{"lastUpdated", fhir_instant(p.person.changed_at)}}}};
  if (person.npi)
    resource["identifier"] =
        json::array{json::object{{"system", in_json(npi_system)}, {"value", *person.npi}}};
  bool const is_patient = person.ref.type == PersonType::patient;
  if (is_patient) resource["active"] = person.active;
  resource["name"] = json::array{fhir_name(person)};
  if (auto telecom = fhir_telecom(p); !telecom.empty()) resource["telecom"] = std::move(telecom);
  if (is_patient) {
    if (person.gender) resource["gender"] = in_json(to_string(*person.gender));
    if (person.date_of_birth) resource["birthDate"] = *person.date_of_birth;
    resource["deceasedBoolean"] = person.deceased;
  }
  return resource;
}

void append_fhir_line(std::string& out, PersonWithNumbers const& p) {
  out += json::serialize(fhir_resource(p));
  out += '\n';
}

}  // namespace linebook
