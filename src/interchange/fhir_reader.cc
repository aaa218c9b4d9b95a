#include "interchange/fhir_reader.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "base/id.h"
#include "domain/contacts/person_fields.h"
#include "domain/numbers/telecom_text.h"
#include "domain/text/ascii.h"
#include "interchange/fhir_extensions.h"
#include "interchange/fhir_id.h"
#include "interchange/fhir_json.h"

namespace linebook {
namespace {

namespace json = boost::json;

using fhir_json::flag_in;
using fhir_json::list_in;
using fhir_json::object_in;
using fhir_json::text_in;

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
      if (auto const* text = one.if_string(); text != nullptr && person.first_name.empty())
        person.first_name.assign(text->data(), text->size());
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

/// What Linebook itself tells of a number (fhir_extensions.h).
struct KnownUse {
  bool do_not_call = false;
  bool verified = false;
  std::optional<Instant> verified_at;
};

KnownUse known_use_in(json::object const& telecom) {
  KnownUse known;
  for (auto const* extension : list_in(telecom, "extension")) {
    auto const url = text_in(*extension, "url");
    bool const said = flag_in(*extension, "valueBoolean").value_or(false);
    known.do_not_call |= url == do_not_call_extension && said;
    if (url != verified_extension) continue;
    auto const at = parse_rfc3339(text_in(*extension, "valueDateTime"));
    known.verified |= said || at;
    if (at) known.verified_at = at;
  }
  return known;
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
    auto const use = known_use_in(telecom);
    auto const known = std::ranges::find(numbers_, number, &FhirNumber::number);
    if (known != numbers_.end()) {
      auto const at = static_cast<std::size_t>(known - numbers_.begin());
      if (said && !types_said_[at]) known->phone_type = type;
      types_said_[at] = types_said_[at] || said;
      if (preference == Preference::preferred) known->preference = preference;
      known->do_not_call |= use.do_not_call;
      known->verified |= use.verified;
      if (use.verified_at) known->verified_at = use.verified_at;
    } else if (numbers_.size() < max_numbers_per_person) {
      numbers_.push_back({number, type, preference, use.do_not_call, use.verified, use.verified_at});
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

/// Of somebody who is not the patient: none of them is a number to be tried first, and that this somebody
/// answered there proves nothing of the patient.
std::vector<FhirNumber> as_related(std::vector<FhirNumber> numbers) {
  for (auto& n : numbers) {
    n.phone_type = PhoneType::other;
    n.preference = Preference::none;
    n.verified = false;
    n.verified_at = std::nullopt;
  }
  return numbers;
}

void take_contact(json::object const& contact, Instant now, FhirReading& reading) {
  if (validity_of(contact, now) != Validity::current) {
    reading.left_out.ended += count_fhir_phones(contact);
    return;
  }
  auto& numbers = reading.person.numbers;
  for (auto& n : as_related(PhoneReader(now, reading.left_out, reading.warnings).read(contact))) {
    if (std::ranges::find(numbers, n.number, &FhirNumber::number) != numbers.end()) continue;
    if (numbers.size() < max_numbers_per_person)
      numbers.push_back(n);
    else
      ++reading.left_out.contacts;
  }
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
  FhirReading reading{.person = {.ref = {type, person_id_of(text_in(resource, "id"))},
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

Result<FhirReading> read_fhir_patient(json::object const& resource, Instant now, RelatedNumbers related) {
  auto reading = read_person(resource, PersonType::patient, now);
  if (!reading) return reading;
  auto& person = reading->person;
  person.gender = parse_gender(text_in(resource, "gender"));
  person.deceased = read_deceased(resource);
  for (auto const* contact : list_in(resource, "contact"))
    if (related == RelatedNumbers::taken)
      take_contact(*contact, now, *reading);
    else
      reading->left_out.contacts += count_fhir_phones(*contact);
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
      role.practitioner_id = person_id_of(reference.substr(prefix.size())).value;
  }
  if (role.npi.empty() && role.practitioner_id.empty())
    return fail(ErrorCode::validation_error, "names no practitioner by NPI or reference");
  role.numbers = PhoneReader(now, role.left_out, role.warnings).read(resource);
  return role;
}

Result<FhirRelatedPerson> read_fhir_related_person(json::object const& resource, Instant now) {
  FhirRelatedPerson related;
  constexpr std::string_view prefix = "Patient/";
  if (auto const* patient = object_in(resource, "patient"))
    if (auto const reference = text_in(*patient, "reference"); reference.starts_with(prefix))
      related.patient_id = person_id_of(reference.substr(prefix.size())).value;
  if (related.patient_id.empty()) return fail(ErrorCode::validation_error, "names no patient by reference");
  if (!flag_in(resource, "active").value_or(true) || validity_of(resource, now) != Validity::current)
    related.left_out.ended += count_fhir_phones(resource);
  else
    related.numbers = as_related(PhoneReader(now, related.left_out, related.warnings).read(resource));
  return related;
}

std::size_t count_fhir_phones(json::object const& resource) {
  auto const telecoms = list_in(resource, "telecom");
  return static_cast<std::size_t>(
      std::ranges::count_if(telecoms, [](auto const* telecom) { return is_phone(*telecom); }));
}

}  // namespace linebook
