#include "domain/contacts/saved_list.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<Listed> what_is_listed[] = {
    {Listed::phone_numbers, "phone_numbers"}, {Listed::patients, "patients"}, {Listed::doctors, "doctors"}};

}  // namespace

std::string_view to_string(Listed l) { return spell(what_is_listed, l); }
std::optional<Listed> parse_listed(std::string_view text) { return unspell(what_is_listed, text); }

bool asks_of_numbers_alone(SavedFilter const& f) {
  return f.person_type || f.phone_type || f.primary || f.verified || f.do_not_call;
}

}  // namespace linebook
