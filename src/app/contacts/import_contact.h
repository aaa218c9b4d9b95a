// The contact book from a spreadsheet: one row, one number of one person.
//
// An import adds, and it fills blanks. It never overwrites or takes away what the books already say: a stale
// file must not rename anybody, and above all not lift a do-not-call. Doing it again therefore changes
// nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "app/import_outcome.h"
#include "app/ports/store.h"
#include "domain/contacts/contact_number.h"

namespace linebook {

/// A row whose text was understood. Empty: the column is not there, or blank.
struct ContactRow {
  TenDigits number;
  PhoneType phone_type;
  PersonRef person;
  std::optional<std::string> first_name;  // both names are required where the person is new
  std::optional<std::string> last_name;
  std::optional<std::string> email;
  std::optional<std::string> timezone;
  std::optional<ContactWindow> contact_window;
  std::optional<std::string> state;          // as state.h reads it
  std::optional<std::string> date_of_birth;  // patients
  std::optional<Gender> gender;              // patients
  std::optional<std::string> npi;            // doctors
  bool primary = false;                      // only `true` says something
  bool verified = false;
  bool do_not_call = false;
};

/// What a row comes to: decided before anything is changed, so that a dry run can tell it.
struct ContactRowPlan {
  ImportOutcome outcome = ImportOutcome::unchanged;
  std::optional<Person> new_person;
  std::optional<Person> filled_person;                                               // blanks filled
  std::optional<ContactNumber> existing;                                             // the number as it is
  bool raises_primary = false, raises_verified = false, raises_do_not_call = false;  // of the existing number
  std::string remark;  // what the file says otherwise and is left as it is
};

/// What the books would say after earlier rows that are not applied (a dry run). Empty: ask the books.
struct ForeseenContact {
  std::optional<Person> person;
  std::optional<ContactNumber> number;
};

Result<ContactRowPlan> plan_contact_row(Transaction const&, Context const&, ContactRow const&,
                                        ForeseenContact const&);

/// The person and the number as they would be after the row: what `before` is to the rows behind it.
ForeseenContact foresee(Transaction const&, Context const&, ContactRow const&, ContactRowPlan const&,
                        ForeseenContact const& before);

struct ImportedContact {
  ImportOutcome outcome;
  ContactNumberId id;
  std::string remark;
};

/// Takes rows up, one after the other, in one transaction. Rows of one person mostly come together, so the
/// last row's is remembered; until the job ends nobody else changes that person.
class ContactImport {
 public:
  ContactImport(Transaction& tx, Context const& ctx) : tx_(tx), ctx_(ctx) {}

  /// Plans and does it. An error has changed nothing.
  Result<ImportedContact> add(ContactRow const&);

 private:
  void meet(PersonRef const&);
  std::optional<ContactNumber> existing(ContactRow const&) const;
  void remember(ContactRowPlan&);

  Transaction& tx_;
  Context const& ctx_;
  std::optional<Person> person_;    // of the last row, as it is now
  bool is_new_ = false;             // came with an earlier row,
  std::vector<TenDigits> numbers_;  // and has these numbers
};

}  // namespace linebook
