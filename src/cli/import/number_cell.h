// The numbers in one cell of a spreadsheet, or in one TEL of a vCard.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/numbers/written_number.h"

namespace linebook {

struct NumberCell {
  std::vector<TenDigits> numbers;  // in the order of the text, each once
  std::string note;                // what was left out beside them, as an extension
  std::string fault;               // why there is none; to put behind a field's name
};

/// One number in any accepted way of writing, or several: "+1 585-298-4450 ::: +1 585-298-4451" as Google
/// has them. Blank text gives nothing.
NumberCell read_number_cell(std::string_view, NumberLetters);

}  // namespace linebook
