// The people we call: patients and doctors. (Seed 001, "linked_to"; spec: People.)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "domain/contacts/contact_window.h"

namespace linebook {

enum class PersonType { patient, doctor };

std::string_view to_string(PersonType);  // "patient", "doctor"
std::optional<PersonType> parse_person_type(std::string_view);

/// Which person. Ids of patients and of doctors are separate: one id may be a patient's and a doctor's.
struct PersonRef {
  PersonType type;
  PersonId id;

  auto operator<=>(PersonRef const&) const = default;
};

enum class Gender { male, female, other, unknown };  // FHIR administrative-gender

std::string_view to_string(Gender);
std::optional<Gender> parse_gender(std::string_view);

struct Person {
  PersonRef ref;
  std::string first_name;
  std::string last_name;
  std::optional<std::string> email;
  std::optional<std::string> timezone;          // IANA name
  std::optional<ContactWindow> contact_window;  // best times to call, in `timezone`
  std::optional<std::string> state;             // "TX", as state.h reads it
  // Patients only.
  std::optional<std::string> date_of_birth;  // "1980-02-29"
  std::optional<Gender> gender;
  bool active = true;
  bool deceased = false;
  // Doctors only.
  std::optional<std::string> npi;  // ten digits, National Provider Identifier

  Instant created_at;
  Instant updated_at;
  // When the person or one of their numbers last changed, deleted numbers included. A store keeps it.
  Instant changed_at = {};

  std::string name() const { return first_name + " " + last_name; }  // as linked_to.name shows it
};

}  // namespace linebook
