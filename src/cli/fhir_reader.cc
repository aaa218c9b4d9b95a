#include "cli/fhir_reader.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "base/id.h"
#include "domain/contacts/person_fields.h"
#include "domain/numbers/telecom_text.h"
#include "domain/text/ascii.h"

namespace linebook {
namespace {

namespace json = boost::json;

constexpr std::string_view npi_system = "http://hl7.org/fhir/sid/us-npi";

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

/// What a ContactPoint says of its kind (https://hl7.org/fhir/R4/valueset-contact-point-use.html).
struct SaidType {
  PhoneType type = PhoneType::other;
  bool said = false;  // else a guess, which a better-known type replaces
};

SaidType type_of(json::object const& telecom) {
  auto const use = text_in(telecom, "use");
  if (use == "mobile" || text_in(telecom, "system") == "sms") return {PhoneType::cell, true};
  if (use == "home") return {PhoneType::home, true};
  return {PhoneType::other, use == "work"};
}

Preference preference_of(json::object const& telecom) {
  auto const* rank = telecom.if_contains("rank");
  bool const first = rank != nullptr && rank->is_int64() && rank->get_int64() == 1;
  return first ? Preference::preferred : Preference::none;
}

enum class Validity { current, ended, not_begun };

/// ContactPoint.period, as of the day of `now`: dates may be as vague as a year, and the last day still
/// counts.
Validity validity_of(json::object const& telecom, Instant now) {
  auto const* period = object_in(telecom, "period");
  if (period == nullptr) return Validity::current;
  auto const today = to_rfc3339(now).substr(0, 10);
  auto const side = [&](std::string_view name) {
    auto const said = text_in(*period, name).substr(0, today.size());
    bool const is_date = said.size() >= 4 &&
                         std::ranges::all_of(said, [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
    return is_date ? said.compare(std::string_view(today).substr(0, said.size())) : 0;
  };
  if (side("end") < 0) return Validity::ended;
  return side("start") > 0 ? Validity::not_begun : Validity::current;
}

/// The extension that the element carries beside its value
/// (https://hl7.org/fhir/extensions/StructureDefinition-contactpoint-extension.html); empty where there is
/// none.
std::string_view extension_in(json::object const& telecom) {
  constexpr std::string_view url = "http://hl7.org/fhir/StructureDefinition/contactpoint-extension";
  for (auto const* extension : list_in(telecom, "extension"))
    if (text_in(*extension, "url") == url) return text_in(*extension, "valueString");
  return {};
}

bool is_phone(json::object const& telecom) {
  auto const system = text_in(telecom, "system");
  return system == "phone" || system == "sms";
}

/// Fax, pager and what says nothing of itself, but holds something.
bool is_other_device(json::object const& telecom) {
  auto const system = text_in(telecom, "system");
  return !is_phone(telecom) && system != "email" && system != "url" && !text_in(telecom, "value").empty();
}

/// Takes the current phones out of a resource's `telecom`, and counts what it leaves.
class PhoneReader {
 public:
  PhoneReader(Instant now, FhirLeftOut& left_out, std::vector<std::string>& warnings)
      : now_(now), left_out_(left_out), warnings_(warnings) {}

  std::vector<FhirNumber> read(json::object const& resource) {
    for (auto const* telecom : list_in(resource, "telecom")) {
      if (is_other_device(*telecom)) ++left_out_.other_devices;
      if (is_phone(*telecom)) read_phone(*telecom);
    }
    return std::move(numbers_);
  }

 private:
  void read_phone(json::object const& telecom) {
    auto const validity = validity_of(telecom, now_);
    if (text_in(telecom, "use") == "old" || validity == Validity::ended) {
      ++left_out_.ended;
    } else if (validity == Validity::not_begun) {
      ++left_out_.not_begun;
    } else {
      add_numbers(telecom);
    }
  }

  void add_numbers(json::object const& telecom) {
    auto reading = read_telecom_text(text_in(telecom, "value"));
    std::ranges::move(reading.warnings, std::back_inserter(warnings_));
    left_out_.extensions += reading.extensions;
    for (auto const obstacle : reading.unread)
      ++(obstacle == NumberObstacle::foreign ? left_out_.foreign : left_out_.unreadable);
    for (auto const& number : reading.numbers) add(number, telecom);
    if (auto const extension = extension_in(telecom); !extension.empty() && !reading.numbers.empty())
      leave_out_extension(reading.numbers.back(), extension);
  }

  void add(TenDigits const& number, json::object const& telecom) {
    auto const [type, said] = type_of(telecom);
    auto const preference = preference_of(telecom);
    auto const known = std::ranges::find(numbers_, number, &FhirNumber::number);
    if (known != numbers_.end()) {
      auto const at = static_cast<std::size_t>(known - numbers_.begin());
      if (said && !types_said_[at]) known->phone_type = type;
      types_said_[at] = types_said_[at] || said;
      if (preference == Preference::preferred) known->preference = preference;
    } else if (numbers_.size() < max_numbers_per_person) {
      numbers_.push_back({number, type, preference});
      types_said_.push_back(said);
    } else {
      warnings_.push_back("has more than " + std::to_string(max_numbers_per_person) + " numbers; " +
                          number.masked() + " was left out");
    }
  }

  void leave_out_extension(TenDigits const& number, std::string_view extension) {
    bool const is_short = extension.size() <= max_extension && std::ranges::all_of(extension, is_ascii_digit);
    ++left_out_.extensions;
    warnings_.push_back(extension_left_out({number, is_short ? std::string(extension) : "***"}));
  }

  Instant now_;
  FhirLeftOut& left_out_;
  std::vector<std::string>& warnings_;
  std::vector<FhirNumber> numbers_;
  std::vector<bool> types_said_;  // of each of them
};

std::size_t count_phones(json::object const& resource) {
  auto const telecoms = list_in(resource, "telecom");
  return static_cast<std::size_t>(
      std::ranges::count_if(telecoms, [](auto const* telecom) { return is_phone(*telecom); }));
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

Result<FhirReading> read_person(json::object const& resource, PersonType type, Instant now) {
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
                      .left_out = {},
                      .warnings = {}};
  auto& person = reading.person;
  if (!is_choosable_id(person.ref.id.value))
    return fail(ErrorCode::validation_error, "has no id of 1 to 64 characters");
  if (!read_name(resource, person)) return fail(ErrorCode::validation_error, "has no first and last name");
  person.email = read_email(resource, reading.warnings);
  person.numbers = PhoneReader(now, reading.left_out, reading.warnings).read(resource);
  return reading;
}

}  // namespace

FhirLeftOut& FhirLeftOut::operator+=(FhirLeftOut const& more) {
  ended += more.ended;
  not_begun += more.not_begun;
  foreign += more.foreign;
  unreadable += more.unreadable;
  extensions += more.extensions;
  other_devices += more.other_devices;
  contacts += more.contacts;
  related_persons += more.related_persons;
  return *this;
}

FhirResource fhir_resource_of(json::object const& resource) {
  return fhir_resource_named(text_in(resource, "resourceType"));
}

FhirResource fhir_resource_named(std::string_view type) {
  if (type == "Patient") return FhirResource::patient;
  if (type == "Practitioner") return FhirResource::practitioner;
  if (type == "PractitionerRole") return FhirResource::practitioner_role;
  if (type == "RelatedPerson") return FhirResource::related_person;
  if (type == "Bundle") return FhirResource::bundle;
  return FhirResource::other;
}

std::vector<json::object const*> fhir_entries(json::object const& bundle) {
  std::vector<json::object const*> resources;
  for (auto const* entry : list_in(bundle, "entry"))
    if (auto const* resource = object_in(*entry, "resource")) resources.push_back(resource);
  return resources;
}

Result<FhirReading> read_fhir_patient(json::object const& resource, Instant now) {
  auto reading = read_person(resource, PersonType::patient, now);
  if (!reading) return reading;
  auto& person = reading->person;
  person.gender = parse_gender(text_in(resource, "gender"));
  person.deceased = read_deceased(resource);
  for (auto const* contact : list_in(resource, "contact"))
    reading->left_out.contacts += count_phones(*contact);
  // A birth date may be as vague as "1949" (https://hl7.org/fhir/R4/datatypes.html#date): then it is not one.
  if (auto const born = text_in(resource, "birthDate"); is_calendar_date(born))
    person.date_of_birth = born;
  else if (!born.empty())
    reading->warnings.push_back("has a birth date that names no day; it was left out");
  return reading;
}

Result<FhirReading> read_fhir_practitioner(json::object const& resource, Instant now) {
  auto reading = read_person(resource, PersonType::doctor, now);
  if (!reading) return reading;
  for (auto const* identifier : list_in(resource, "identifier"))
    if (auto npi = npi_in(*identifier); !npi.empty()) reading->person.npi = std::move(npi);
  return reading;
}

Result<FhirRole> read_fhir_role(json::object const& resource, Instant now) {
  FhirRole role;
  if (auto const* practitioner = object_in(resource, "practitioner")) {
    if (auto const* identifier = object_in(*practitioner, "identifier")) role.npi = npi_in(*identifier);
    constexpr std::string_view prefix = "Practitioner/";
    if (auto const reference = text_in(*practitioner, "reference"); reference.starts_with(prefix))
      role.practitioner_id = reference.substr(prefix.size());
  }
  if (role.npi.empty() && role.practitioner_id.empty())
    return fail(ErrorCode::validation_error, "names no practitioner by NPI or reference");
  role.numbers = PhoneReader(now, role.left_out, role.warnings).read(resource);
  return role;
}

std::size_t count_fhir_phones(json::object const& resource) { return count_phones(resource); }

}  // namespace linebook
