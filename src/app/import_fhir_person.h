// The contact book from a FHIR export: one Patient, or one Practitioner with the numbers of its roles.
//
// The export leads for who a person is (names, birth date, gender, active, deceased, email, NPI). The books
// lead for how a number may be used: a local primary, do-not-call or type is never overwritten, and a number
// that has gone from the export is reported, not deleted. An import of the same export again changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "app/pool.h"
#include "app/ports/store.h"
#include "domain/contact_number.h"

namespace linebook {

/// Who the ledger names for numbers that came from an export: so that one which is gone from it is told from
/// one that was added by hand.
inline constexpr std::string_view fhir_import_actor = "operator:import-fhir";

/// ContactPoint.rank 1 is "the preferred one" (https://hl7.org/fhir/R4/datatypes.html#ContactPoint).
enum class Preference { none, preferred };

struct FhirNumber {
  TenDigits number;
  PhoneType phone_type;
  Preference preference = Preference::none;
};

/// What an export says of a person. Empty: it does not say.
struct FhirPerson {
  PersonRef ref;
  std::string first_name;
  std::string last_name;
  std::optional<std::string> email;
  std::optional<std::string> date_of_birth;
  std::optional<Gender> gender;
  std::optional<bool> active;
  std::optional<bool> deceased;
  std::optional<std::string> npi;
  std::vector<FhirNumber> numbers;
};

struct ImportedFhirPerson {
  ImportOutcome outcome = ImportOutcome::unchanged;
  std::size_t numbers_added = 0;
  std::size_t numbers_unchanged = 0;
  std::vector<TenDigits> refused;  // by the number policy
  std::vector<TenDigits>
      vanished;  // came from an export once, and is in this one no more; still in the books
};

/// A person's numbers beyond these are not looked at for having vanished.
inline constexpr std::int64_t max_numbers_compared = 1000;

/// `ctx.actor` is fhir_import_actor.
Result<ImportedFhirPerson> import_fhir_person(Transaction&, Context const&, FhirPerson const&);
/// What import_fhir_person would do.
Result<ImportedFhirPerson> plan_fhir_person(Transaction const&, Context const&, FhirPerson const&);

}  // namespace linebook
