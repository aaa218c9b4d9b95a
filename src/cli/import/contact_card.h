// A person with all numbers, as address books list people, on its way to rows of the contact book.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/import/contact_batch.h"
#include "cli/import/number_use.h"
#include "domain/numbers/written_number.h"

namespace linebook {

inline constexpr std::size_t max_numbers_on_card = 100;

struct CardNumber {
  std::string column = {};  // where it stood, to name it in messages
  std::string text = {};
  NumberUse use = NumberUse::other;
  int rank = no_rank;  // 1 is the preferred one

  static constexpr int no_rank = 1000;
};

struct ContactCard {
  std::uint64_t row = 0;
  std::uint64_t line = 0;
  PersonType type = PersonType::patient;
  std::optional<std::string> id = {};  // where the file gives one that we may keep
  std::string first_name = {};
  std::string last_name = {};
  std::string full_name = {};  // where those two are not both given
  std::optional<std::string> email = {};
  std::optional<std::string> timezone = {};
  std::optional<ContactWindow> contact_window = {};
  std::optional<std::string> state = {};
  std::optional<std::string> date_of_birth = {};
  std::optional<Gender> gender = {};
  std::optional<std::string> npi = {};
  bool verified = false;
  bool do_not_call = false;
  std::vector<CardNumber> numbers = {};
  std::vector<std::string> notes = {};
  std::vector<FieldError> faults = {};  // any: nothing of the card is taken
};

/// What an import left out, in all.
struct LeftOut {
  std::uint64_t faxes = 0;
  std::uint64_t pagers = 0;
  std::uint64_t without_number = 0;  // people
  std::uint64_t empty_rows = 0;
};

/// The id of a person that has none of its own: made of the name, whatever its case and accents, and of the
/// first number, so that the same file makes the same again.
std::string made_person_id(std::string_view name, TenDigits const& first);

/// Every voice number of the card, with its person: the preferred one primary, one that is there twice once,
/// under the use that says more. A number that cannot be read is an error of its own.
void append_contacts(ContactCard&&, NumberLetters, LeftOut&, ContactBatch& into);

/// Every fault in one message.
Error error_of(std::vector<FieldError> faults);

}  // namespace linebook
