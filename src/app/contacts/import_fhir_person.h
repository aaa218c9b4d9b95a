// The contact book from a FHIR export: one Patient, or one Practitioner with the numbers of its roles.
//
// The export leads for who a person is (names, birth date, gender, active, deceased, email, NPI), but only
// where it says something new: what it said before and somebody changed here since stays as it was changed.
// The books lead for how a number may be used: a local primary, do-not-call or type is never overwritten.
// What an export says of do-not-call (an extension of ours) is taken up all the same, unless it was lifted
// here; what it says of verified holds for numbers that are new here. A number that has gone from the export
// is reported, not deleted; one that was deleted here is reported, not added again. An import of the same
// export again changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/contacts/deleted_numbers.h"
#include "app/context.h"
#include "app/import_outcome.h"
#include "app/ports/store.h"
#include "domain/contacts/contact_number.h"

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
  bool do_not_call = false;
  bool verified = false;
  std::optional<Instant> verified_at = {};  // nothing where nobody said when
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
  std::size_t do_not_calls_taken = 0;  // by numbers that were here already
  std::vector<TenDigits> refused;      // by the number policy
  std::vector<TenDigits>
      vanished;  // came from an export once, and is in this one no more; still in the books
  std::vector<TenDigits> deleted_here;  // came from an export once and was deleted here; not added again
};

/// A person's numbers beyond these are not looked at for having vanished.
inline constexpr std::int64_t max_numbers_compared = 1000;

/// Of a person's history, what lies further back than this many entries does not keep an export's value out.
inline constexpr std::int64_t max_history_compared = 1000;

/// Does the export list a number that a person of the books has not got? Only then do deleted numbers matter.
bool brings_numbers_to_known_person(Transaction const&, Context const&, FhirPerson const&);

/// `ctx.actor` is fhir_import_actor; `deleted` has caught up with this transaction.
Result<ImportedFhirPerson> import_fhir_person(Transaction&, Context const&, FhirPerson const&,
                                              DeletedNumbers const& deleted);
/// What import_fhir_person would do.
Result<ImportedFhirPerson> plan_fhir_person(Transaction const&, Context const&, FhirPerson const&,
                                            DeletedNumbers const& deleted);

}  // namespace linebook
