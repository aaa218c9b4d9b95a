// What Linebook takes from FHIR R4 resources (https://hl7.org/fhir/R4): Patient, Practitioner and
// PractitionerRole.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/contacts/import_fhir_person.h"
#include "base/instant.h"

namespace linebook {

/// Phone numbers (of contacts and related persons) that were understood, but are not taken, by kind.
struct FhirLeftOut {
  std::uint64_t ended = 0;      // `use` is old, or `period` has ended
  std::uint64_t not_begun = 0;  // `period` begins later
  std::uint64_t foreign = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t extensions = 0;     // of numbers that are taken
  std::uint64_t other_devices = 0;  // fax, pager and what says nothing of itself
  std::uint64_t contacts = 0;       // of Patient.contact
  std::uint64_t related_persons = 0;

  FhirLeftOut& operator+=(FhirLeftOut const&);
};

/// A resource that was understood as far as it goes; what was left out of it is told in `warnings`, and
/// counted.
struct FhirReading {
  FhirPerson person;
  FhirLeftOut left_out;
  std::vector<std::string> warnings;
};

/// The numbers of a RelatedPerson, and the patient whose they become where policy says so.
struct FhirRelatedPerson {
  std::string patient_id;
  std::vector<FhirNumber> numbers;
  FhirLeftOut left_out;
  std::vector<std::string> warnings;
};

/// The numbers of one role, and whose they are: by NPI, or by the Practitioner's id where the role refers to
/// it so.
struct FhirRole {
  std::string npi;
  std::string practitioner_id;
  std::vector<FhirNumber> numbers;
  FhirLeftOut left_out;
  std::vector<std::string> warnings;
};

enum class FhirResource { patient, practitioner, practitioner_role, related_person, bundle, other };

inline constexpr std::size_t max_numbers_per_person = 100;

/// By its `resourceType`.
FhirResource fhir_resource_of(boost::json::object const&);
FhirResource fhir_resource_named(std::string_view resource_type);

/// The resources in a Bundle. They live as long as it does.
std::vector<boost::json::object const*> fhir_entries(boost::json::object const& bundle);

/// Which numbers are current is told as of `now`. A number that is listed several times is taken once, with
/// what is known best of it. Errors say what is missing; phone numbers in messages are masked.
/// A contact's numbers follow the patient's own, as RelatedNumbers has it: of type other, never preferred.
Result<FhirReading> read_fhir_patient(boost::json::object const&, Instant now,
                                      RelatedNumbers = RelatedNumbers::left_out);
Result<FhirReading> read_fhir_practitioner(boost::json::object const&, Instant now);
Result<FhirRole> read_fhir_role(boost::json::object const&, Instant now);
/// No numbers of one that is no longer active.
Result<FhirRelatedPerson> read_fhir_related_person(boost::json::object const&, Instant now);

/// How many phones a resource lists, of a RelatedPerson as an example.
std::size_t count_fhir_phones(boost::json::object const&);

}  // namespace linebook
