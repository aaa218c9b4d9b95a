#include "domain/text/csv_field.h"

#include <algorithm>

namespace linebook {
namespace {

/// Would a spreadsheet take it for a formula if the apostrophes before it were gone?
bool is_formula_behind(std::string_view text, std::size_t apostrophes) {
  constexpr std::string_view formula_starts = "=+-@\t\r";
  return apostrophes < text.size() && formula_starts.contains(text[apostrophes]);
}

std::size_t leading_apostrophes(std::string_view text) {
  return std::min(text.find_first_not_of('\''), text.size());
}

}  // namespace

void append_csv_field(std::string& out, std::string_view text) {
  bool const plain =
      text.find_first_of(",\"\r\n") == text.npos && !text.starts_with(' ') && !text.ends_with(' ');
  if (plain) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_guarded_csv_field(std::string& out, std::string_view text) {
  if (!is_formula_behind(text, leading_apostrophes(text))) return append_csv_field(out, text);
  append_csv_field(out, "'" + std::string(text));
}

std::string_view without_guard(std::string_view field) {
  auto const apostrophes = leading_apostrophes(field);
  return apostrophes > 0 && is_formula_behind(field, apostrophes) ? field.substr(1) : field;
}

}  // namespace linebook
