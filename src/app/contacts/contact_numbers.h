// The contact book's use cases: add, edit and delete a number of a person. (Seed 001.)
// Each is a plain function over a Transaction. One that returns an Error has changed nothing.
#pragma once

#include <optional>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"
#include "domain/contacts/contact_number.h"

namespace linebook {

/// Fields that decoding could not make sense of are empty here and named in `problems`.
struct AddContactNumber {
  std::optional<TenDigits> number;
  std::optional<PhoneType> phone_type;
  std::optional<PersonRef> person;
  bool primary = false;
  bool verified = false;  // imports that bring it; the API never sets it
  bool do_not_call = false;
  Problems problems = {};
};

struct EditContactNumber {
  ContactNumberEdit edit;
  Problems problems = {};
};

/// duplicate_number when the person has the number already, with the existing id; validation_error for a
/// person that does not exist or a number that the policy refuses. A primary takes the place of the type's
/// old one.
Result<LinkedContactNumber> add_contact_number(Transaction&, Context const&, AddContactNumber const&);

/// An edit that changes nothing leaves no trace.
Result<LinkedContactNumber> edit_contact_number(Transaction&, Context const&, ContactNumberId const&,
                                                Precondition<LinkedContactNumber> const&,
                                                EditContactNumber const&);

/// The number leaves every list and search; its history stays, and do-not-call is remembered.
Result<void> delete_contact_number(Transaction&, Context const&, ContactNumberId const&,
                                   Precondition<LinkedContactNumber> const&);

/// What a number must satisfy beyond being ten digits; names `field` in its complaint.
void check_policy(TenDigits const&, Policies const&, std::string_view field, Problems&);

/// The part of adding that is left once everything was checked: places `number` and ledgers it, with
/// whichever primary has to step down. Also used where people and imports bring their numbers along.
ContactNumber place_contact_number(Transaction&, Context const&, ContactNumber number);

}  // namespace linebook
