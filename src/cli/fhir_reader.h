// What Linebook takes from FHIR R4 resources (https://hl7.org/fhir/R4): Patient, Practitioner and
// PractitionerRole.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/contacts/import_fhir_person.h"

namespace linebook {

/// A resource that was understood as far as it goes; what was left out of it is told in `warnings`.
struct FhirReading {
  FhirPerson person;
  std::vector<std::string> warnings;
};

/// The numbers of one role, and whose they are: by NPI, or by the Practitioner's id where the role refers to
/// it so.
struct FhirRole {
  std::string npi;
  std::string practitioner_id;
  std::vector<FhirNumber> numbers;
  std::vector<std::string> warnings;
};

enum class FhirResource { patient, practitioner, practitioner_role, other };

inline constexpr std::size_t max_fhir_line = 1 << 20;  // bytes of one resource
inline constexpr std::size_t max_numbers_per_person = 100;

/// Which resources a file of a bulk export holds, by its name: "Patient.ndjson", "1.Patient.ndjson",
/// "Patient.000.ndjson". Nothing for files of other resources, which can be far larger.
FhirResource fhir_resource_of_file(std::string_view name);

/// One line of NDJSON. Errors say what is missing; phone numbers in messages are masked.
Result<FhirReading> read_fhir_patient(std::string_view line);
Result<FhirReading> read_fhir_practitioner(std::string_view line);
Result<FhirRole> read_fhir_role(std::string_view line);

}  // namespace linebook
