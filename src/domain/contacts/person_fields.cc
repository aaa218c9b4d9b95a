#include "domain/contacts/person_fields.h"

#include <algorithm>

#include "domain/text/ascii.h"
#include "domain/text/name_key.h"

namespace linebook {
namespace {

/// Of an atom (RFC 5322, section 3.2.3), and the dot between atoms. Quoted local parts are not worth their
/// trouble.
bool is_local_part_character(char c) {
  return is_ascii_alphanumeric(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").contains(c);
}

/// Two labels at least, as in example.com.
bool is_mail_domain(std::string_view domain) {
  constexpr std::size_t max_label = 63;
  std::size_t labels = 0;
  while (true) {
    auto const label = domain.substr(0, domain.find('.'));
    bool const fits = !label.empty() && label.size() <= max_label && label.front() != '-' &&
                      label.back() != '-' &&
                      std::ranges::all_of(label, [](char c) { return is_ascii_alphanumeric(c) || c == '-'; });
    if (!fits) return false;
    ++labels;
    if (label.size() == domain.size()) return labels >= 2;
    domain.remove_prefix(label.size() + 1);
  }
}

}  // namespace

bool is_person_name(std::string_view text) {
  return is_clean_text(text, max_person_name) && !name_key(text).empty();
}

bool is_email(std::string_view text) {
  constexpr std::size_t max_local_part = 64;  // RFC 5321, section 4.5.3.1.1
  if (text.size() > max_email) return false;
  auto const at = text.find('@');
  return at != text.npos && at >= 1 && at <= max_local_part &&
         std::ranges::all_of(text.substr(0, at), is_local_part_character) &&
         is_mail_domain(text.substr(at + 1));
}

bool is_npi(std::string_view text) {
  return text.size() == 10 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace linebook
