#include "cli/fhir_reader.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/id.h"
#include "domain/contacts/person_fields.h"
#include "domain/numbers/telecom_text.h"

namespace linebook {
namespace {

namespace json = boost::json;

constexpr std::string_view npi_system = "http://hl7.org/fhir/sid/us-npi";
constexpr std::size_t max_depth = 64;

std::string_view text_of(json::value const* value) {
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}
std::string_view text_in(json::object const& object, std::string_view name) {
  return text_of(object.if_contains(json::string_view(name.data(), name.size())));
}
json::object const* object_in(json::object const& object, char const* name) {
  auto const* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

/// The objects of a list; empty where there is no list.
std::vector<json::object const*> list_in(json::object const& object, char const* name) {
  std::vector<json::object const*> items;
  auto const* value = object.if_contains(name);
  auto const* array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr) return items;
  for (auto const& item : *array)
    if (auto const* found = item.if_object()) items.push_back(found);
  return items;
}

std::optional<bool> flag_in(json::object const& object, char const* name) {
  auto const* value = object.if_contains(name);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

Result<json::object> parse(std::string_view line, std::string_view type) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = max_depth;
  auto value = json::parse(json::string_view(line.data(), line.size()), error, {}, options);
  if (error || !value.is_object()) return fail(ErrorCode::validation_error, "is no JSON object");
  auto& object = value.get_object();
  if (text_in(object, "resourceType") != type)
    return fail(ErrorCode::validation_error, "is no " + std::string(type));
  return std::move(object);
}

/// HumanName (https://hl7.org/fhir/R4/datatypes.html#HumanName): the official one, else the usual one, else
/// the first.
json::object const* best_name(json::object const& resource) {
  auto const names = list_in(resource, "name");
  for (std::string_view const use : {"official", "usual"})
    for (auto const* name : names)
      if (text_in(*name, "use") == use) return name;
  for (auto const* name : names)
    if (text_in(*name, "use") != "old") return name;
  return names.empty() ? nullptr : names.front();
}

bool read_name(json::object const& resource, FhirPerson& person) {
  auto const* name = best_name(resource);
  if (name == nullptr) return false;
  person.last_name = text_in(*name, "family");
  // The first of the given names is the first name; those behind it are middle names.
  if (auto const* given = name->if_contains("given"); given != nullptr && given->is_array())
    for (auto const& one : given->get_array())
      if (person.first_name.empty()) person.first_name = text_of(&one);
  if (person.first_name.empty() || person.last_name.empty()) {
    auto const whole = text_in(*name, "text");
    auto const space = whole.rfind(' ');
    if (space != whole.npos) {
      if (person.first_name.empty()) person.first_name = whole.substr(0, space);
      if (person.last_name.empty()) person.last_name = whole.substr(space + 1);
    }
  }
  return is_person_name(person.first_name) && is_person_name(person.last_name);
}

/// ContactPoint.use (https://hl7.org/fhir/R4/valueset-contact-point-use.html).
PhoneType type_of(json::object const& telecom) {
  auto const use = text_in(telecom, "use");
  return use == "home" ? PhoneType::home : use == "mobile" ? PhoneType::cell : PhoneType::other;
}

Preference preference_of(json::object const& telecom) {
  auto const* rank = telecom.if_contains("rank");
  bool const first = rank != nullptr && rank->is_int64() && rank->get_int64() == 1;
  return first ? Preference::preferred : Preference::none;
}

void add_numbers(json::object const& telecom, std::vector<FhirNumber>& numbers,
                 std::vector<std::string>& warnings) {
  auto reading = read_telecom_text(text_in(telecom, "value"));
  std::ranges::move(reading.warnings, std::back_inserter(warnings));
  for (auto const& number : reading.numbers) {
    if (std::ranges::find(numbers, number, &FhirNumber::number) != numbers.end()) continue;
    if (numbers.size() == max_numbers_per_person) {
      warnings.push_back("has more than " + std::to_string(max_numbers_per_person) +
                         " numbers; the rest was left out");
      return;
    }
    numbers.push_back({number, type_of(telecom), preference_of(telecom)});
  }
}

/// Phones that are in use. Fax and pager numbers are nothing to call; an "old" one is no longer the person's.
std::vector<FhirNumber> read_phones(json::object const& resource, std::vector<std::string>& warnings) {
  std::vector<FhirNumber> numbers;
  for (auto const* telecom : list_in(resource, "telecom")) {
    auto const system = text_in(*telecom, "system");
    if ((system == "phone" || system == "sms") && text_in(*telecom, "use") != "old")
      add_numbers(*telecom, numbers, warnings);
  }
  return numbers;
}

std::optional<std::string> read_email(json::object const& resource, std::vector<std::string>& warnings) {
  for (auto const* telecom : list_in(resource, "telecom")) {
    if (text_in(*telecom, "system") != "email" || text_in(*telecom, "use") == "old") continue;
    auto const value = text_in(*telecom, "value");
    if (is_email(value)) return std::string(value);
    warnings.push_back("has an e-mail address that is none; it was left out");
  }
  return std::nullopt;
}

std::string npi_in(json::object const& identifier) {
  auto const value = text_in(identifier, "value");
  return text_in(identifier, "system") == npi_system && is_npi(value) ? std::string(value) : std::string();
}

/// deceased[x]: a flag, or the time of death.
std::optional<bool> read_deceased(json::object const& patient) {
  if (!text_in(patient, "deceasedDateTime").empty()) return true;
  return flag_in(patient, "deceasedBoolean");
}

Result<FhirReading> read_person(json::object const& resource, PersonType type) {
  FhirReading reading{.person = {.ref = {type, {std::string(text_in(resource, "id"))}},
                                 .first_name = {},
                                 .last_name = {},
                                 .email = {},
                                 .date_of_birth = {},
                                 .gender = {},
                                 .active = flag_in(resource, "active"),
                                 .deceased = {},
                                 .npi = {},
                                 .numbers = {}},
                      .warnings = {}};
  auto& person = reading.person;
  if (!is_choosable_id(person.ref.id.value))
    return fail(ErrorCode::validation_error, "has no id of 1 to 64 characters");
  if (!read_name(resource, person)) return fail(ErrorCode::validation_error, "has no first and last name");
  person.email = read_email(resource, reading.warnings);
  person.numbers = read_phones(resource, reading.warnings);
  return reading;
}

}  // namespace

FhirResource fhir_resource_of_file(std::string_view name) {
  if (!name.ends_with(".ndjson")) return FhirResource::other;
  for (std::size_t start = 0; start < name.size();) {
    auto const end = std::min(name.find_first_of("._-", start), name.size());
    auto const part = name.substr(start, end - start);
    if (part == "Patient") return FhirResource::patient;
    if (part == "Practitioner") return FhirResource::practitioner;
    if (part == "PractitionerRole") return FhirResource::practitioner_role;
    start = end + 1;
  }
  return FhirResource::other;
}

Result<FhirReading> read_fhir_patient(std::string_view line) {
  auto resource = parse(line, "Patient");
  if (!resource) return fail(std::move(resource.error()));
  auto reading = read_person(*resource, PersonType::patient);
  if (!reading) return reading;
  auto& person = reading->person;
  person.gender = parse_gender(text_in(*resource, "gender"));
  person.deceased = read_deceased(*resource);
  // A birth date may be as vague as "1949" (https://hl7.org/fhir/R4/datatypes.html#date): then it is not one.
  if (auto const born = text_in(*resource, "birthDate"); is_calendar_date(born))
    person.date_of_birth = born;
  else if (!born.empty())
    reading->warnings.push_back("has a birth date that names no day; it was left out");
  return reading;
}

Result<FhirReading> read_fhir_practitioner(std::string_view line) {
  auto resource = parse(line, "Practitioner");
  if (!resource) return fail(std::move(resource.error()));
  auto reading = read_person(*resource, PersonType::doctor);
  if (!reading) return reading;
  for (auto const* identifier : list_in(*resource, "identifier"))
    if (auto npi = npi_in(*identifier); !npi.empty()) reading->person.npi = std::move(npi);
  return reading;
}

Result<FhirRole> read_fhir_role(std::string_view line) {
  auto resource = parse(line, "PractitionerRole");
  if (!resource) return fail(std::move(resource.error()));
  FhirRole role;
  if (auto const* practitioner = object_in(*resource, "practitioner")) {
    if (auto const* identifier = object_in(*practitioner, "identifier")) role.npi = npi_in(*identifier);
    constexpr std::string_view prefix = "Practitioner/";
    if (auto const reference = text_in(*practitioner, "reference"); reference.starts_with(prefix))
      role.practitioner_id = reference.substr(prefix.size());
  }
  if (role.npi.empty() && role.practitioner_id.empty())
    return fail(ErrorCode::validation_error, "names no practitioner by NPI or reference");
  role.numbers = read_phones(*resource, role.warnings);
  return role;
}

}  // namespace linebook
