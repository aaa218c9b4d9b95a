// Use cases of patients and doctors. (Spec: People.) One that returns an Error has changed nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"
#include "domain/contacts/contact_number.h"
#include "domain/contacts/person.h"

namespace linebook {

/// How many of a person's numbers its own answer shows, newest first; the list of contact numbers has them
/// all.
inline constexpr std::int64_t shown_numbers_per_person = 100;
/// How many numbers may come along with a new person.
inline constexpr std::size_t max_numbers_with_person = 20;

struct PersonWithNumbers {
  Person person;
  std::vector<ContactNumber> numbers;  // newest first
};

struct NumberOfNewPerson {
  std::size_t position;  // in the request, to name it in problems
  TenDigits number;
  PhoneType phone_type;
  bool primary = false;
  bool do_not_call = false;
};

/// A person as a whole: for POST and PUT.
struct PersonDraft {
  std::optional<PersonId> id;  // chosen by the caller
  std::string first_name;
  std::string last_name;
  std::optional<std::string> email;
  std::optional<std::string> timezone;
  std::optional<ContactWindow> contact_window;
  std::optional<std::string> state;
  std::optional<std::string> date_of_birth;
  std::optional<Gender> gender;
  bool active = true;
  bool deceased = false;
  std::optional<std::string> npi;
  std::vector<NumberOfNewPerson> numbers = {};  // POST only
  Problems problems = {};
};

struct EditPerson {
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  Edit<std::string> email;
  Edit<std::string> timezone;
  Edit<ContactWindow> contact_window;
  Edit<std::string> state;
  Edit<std::string> date_of_birth;
  Edit<Gender> gender;
  std::optional<bool> active;
  std::optional<bool> deceased;
  Edit<std::string> npi;
  Problems problems = {};
};

enum class Saved { created, replaced };

std::optional<PersonWithNumbers> find_person(Transaction const&, AccountId, PersonRef const&);

/// The same for several people, as the books have them.
std::vector<PersonWithNumbers> with_numbers(Transaction const&, AccountId, PersonType, std::vector<Person>);

/// already_exists when the chosen id is taken.
Result<PersonWithNumbers> create_person(Transaction&, Context const&, PersonType, PersonDraft const&);
Result<PersonWithNumbers> edit_person(Transaction&, Context const&, PersonRef const&,
                                      Precondition<PersonWithNumbers> const&, EditPerson const&);
/// Creates or replaces: what the draft leaves out is cleared. Numbers are not touched.
Result<std::pair<PersonWithNumbers, Saved>> put_person(Transaction&, Context const&, PersonRef const&,
                                                       Precondition<PersonWithNumbers> const&,
                                                       PersonDraft const&);

}  // namespace linebook
