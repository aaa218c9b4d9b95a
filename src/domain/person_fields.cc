#include "domain/person_fields.h"

#include <algorithm>

#include "domain/name_key.h"

namespace linebook {

bool is_person_name(std::string_view text) {
  return is_clean_text(text, max_person_name) && !name_key(text).empty();
}

bool is_email(std::string_view text) {
  constexpr std::size_t max_local_part = 64;  // RFC 5321, section 4.5.3.1.1
  auto const at = text.rfind('@');
  return text.size() <= max_email && at != text.npos && at > 0 && at <= max_local_part &&
         at + 1 < text.size() && text.find_first_of(" <>\",;") == text.npos && text.find('@') == at &&
         is_clean_text(text, max_email);
}

bool is_npi(std::string_view text) {
  return text.size() == 10 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace linebook
