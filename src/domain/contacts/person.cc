#include "domain/contacts/person.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<PersonType> person_types[] = {{PersonType::patient, "patient"},
                                                 {PersonType::doctor, "doctor"}};
constexpr Spelling<Gender> genders[] = {{Gender::male, "male"},
                                        {Gender::female, "female"},
                                        {Gender::other, "other"},
                                        {Gender::unknown, "unknown"}};

}  // namespace

std::string_view to_string(PersonType t) { return spell(person_types, t); }
std::optional<PersonType> parse_person_type(std::string_view text) { return unspell(person_types, text); }
std::string_view to_string(Gender g) { return spell(genders, g); }
std::optional<Gender> parse_gender(std::string_view text) { return unspell(genders, text); }

}  // namespace linebook
