#include "interchange/fhir_id.h"

#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::size_t max_fhir_id = 64;

}  // namespace

std::string fhir_id_of(PersonId const& id) {
  std::string_view const text = id.value;
  std::string spelled;
  spelled.reserve(max_fhir_id);
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const needs_escape = text[i] == '.' && i + 1 < text.size() && !is_ascii_alphanumeric(text[i + 1]);
    if (text[i] == '_')
      spelled += ".-";
    else
      spelled.append(needs_escape ? 2 : 1, text[i]);
  }
  return spelled.size() <= max_fhir_id ? spelled : id.value;
}

PersonId person_id_of(std::string_view fhir_id) {
  // No spelling has an underscore: an id that has one stood there as it is.
  if (fhir_id.contains('_')) return {std::string(fhir_id)};
  PersonId id;
  for (std::size_t i = 0; i < fhir_id.size(); ++i) {
    char const next = i + 1 < fhir_id.size() ? fhir_id[i + 1] : ' ';
    bool const is_escape = fhir_id[i] == '.' && (next == '-' || next == '.');
    id.value += is_escape && next == '-' ? '_' : fhir_id[i];
    if (is_escape) ++i;
  }
  return id;
}

}  // namespace linebook
