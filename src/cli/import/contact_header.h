// What the columns of a spreadsheet of contacts mean, by the names that people and other programs give them.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/import_desk.h"
#include "base/result.h"
#include "cli/import/number_use.h"

namespace linebook {

/// Of a person, or of a row's one number.
enum class ContactField {
  patient_id,
  doctor_id,
  first_name,
  middle_name,
  last_name,
  full_name,
  organisation,
  email,
  timezone,
  contact_window,
  state,
  date_of_birth,
  gender,
  npi,
  primary,
  verified,
  do_not_call,
};
inline constexpr std::size_t contact_fields = 17;
std::string_view to_string(ContactField);

inline constexpr std::size_t no_column = static_cast<std::size_t>(-1);

struct NumberColumn {
  std::size_t value = no_column;
  std::size_t label = no_column;  // a column that says what kind of number it is
  std::optional<NumberUse> use;   // or its name does
  bool preferred = false;
};

/// How the file lists people.
enum class ContactShape {
  number_a_row,  // each with the id of its person
  person_a_row,  // an address book
};

/// What --column and --ignore-unknown-columns say.
struct ColumnChoices {
  std::map<std::string, std::string> meanings;  // a header as the file has it → one of ours, "ignore" or ""
  bool ignore_unknown = false;
};
/// "Phone Number=number"; empty for text without "=".
std::optional<std::pair<std::string, std::string>> parse_column_choice(std::string_view);

struct ContactHeader {
  ContactShape shape = ContactShape::number_a_row;
  std::array<std::size_t, contact_fields> fields;  // no_column where there is none
  std::vector<NumberColumn> numbers;
  std::vector<std::string> names;    // as the file has them
  std::vector<std::string> becomes;  // of each: "number", "a cell number", "" where it is left out

  std::size_t at(ContactField field) const { return fields[static_cast<std::size_t>(field)]; }
  bool has(ContactField field) const { return at(field) != no_column; }
};

/// Is it one of the names, or like one? Tells a header from a row, and separators from each other.
bool is_contact_column(std::string_view header);

/// The error names every column that is missing, there twice, or not understood, and the way out. `columns`
/// is told either way what each was taken for.
Result<ContactHeader> understand_header(std::vector<std::string> const& header, ColumnChoices const&,
                                        std::vector<UnderstoodColumn>* columns = nullptr);

}  // namespace linebook
