// A number of a person we call, and the rules that keep a person's numbers in order. (Seed 001.)
#pragma once

#include <optional>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "domain/contacts/person.h"
#include "domain/numbers/ten_digits.h"

namespace linebook {

enum class PhoneType { cell, home, other };

std::string_view to_string(PhoneType);
std::optional<PhoneType> parse_phone_type(std::string_view);

/// How a list of numbers is ordered. Those that are alike in it come newest first.
enum class NumberOrder {
  newest,
  number,
  name,  // whose it is: last name, then first, as name_key() folds them
};

std::string_view to_string(NumberOrder);
std::optional<NumberOrder> parse_number_order(std::string_view);

struct ContactNumber {
  ContactNumberId id;
  PersonRef person;
  TenDigits number;
  PhoneType phone_type;
  bool primary = false;
  bool verified = false;
  bool do_not_call = false;
  // What is known of the number while it stays the same; kept, not shown with the number.
  std::optional<Instant> verified_at = {};       // nothing where nobody said when
  std::optional<Instant> wrong_number_at = {};   // somebody else answered
  std::optional<Instant> undeliverable_at = {};  // its carrier takes no texts for it
  Instant created_at;
  Instant updated_at;

  bool operator==(ContactNumber const&) const = default;
};

/// What an edit asks for; what is left out stays as it is.
struct ContactNumberEdit {
  std::optional<TenDigits> number;
  std::optional<PhoneType> phone_type;
  std::optional<bool> primary;
  std::optional<bool> do_not_call;
};

/// The number as it will be: a changed number is no longer verified, and nothing is known of it yet;
/// everything omitted stays. Moves updated_at only when something changed.
ContactNumber edited(ContactNumber, ContactNumberEdit const&, Instant now);

/// Verified at `at`: whatever was thought of it before, its person answers there.
void mark_verified(ContactNumber&, Instant at);

/// Does keeping `after` primary demand that another primary of its type steps down? True when `after` is
/// primary and was not already the primary of that same type.
bool claims_primary(ContactNumber const& before, ContactNumber const& after);

}  // namespace linebook
