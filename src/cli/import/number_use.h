// What people call their telephones: "Mobile", "Landline", "Work Fax", "HOME". In columns of types, in the
// names of columns, and in vCards.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/contacts/contact_number.h"

namespace linebook {

enum class NumberUse { cell, home, other, fax, pager };  // pager: whatever else nobody talks on

/// By the words in it, whatever their case: what is a fax is that first, then a cell. Nothing where a word
/// is none that is known, or none says anything ("Phone").
std::optional<NumberUse> number_use(std::string_view words);

/// Nothing for a fax and a pager.
std::optional<PhoneType> voice_type(NumberUse);

/// "Phone 1 - Value" → {"phone", "1", "value"}
std::vector<std::string> words_of(std::string_view text);
/// Does it say no more than that there is a number: "phone", "no", "2"?
bool is_filler(std::string_view word);
/// "mobile", "fax", "phone", "tel": the name of a column that has one of these is about numbers.
bool is_about_numbers(std::string_view word);

}  // namespace linebook
