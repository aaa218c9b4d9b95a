// The phone numbers in a field that people and other systems filled in, as imports meet it:
// "316-265-0889 Or 877-927-8397", "800-574-8387 X 54453", "tel:+1-585-298-4455;ext=12", "(585) 298-4455
// (home)", "585-298-4455 ::: 585-298-4456".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/numbers/ten_digits.h"
#include "domain/numbers/written_number.h"

namespace linebook {

struct TelecomReading {
  std::vector<TenDigits> numbers;      // in the order of the text, each once
  std::vector<NumberObstacle> unread;  // why a piece was left out, one for each
  std::size_t extensions = 0;          // left out of numbers that were read
  std::vector<std::string> warnings;   // what was left out and why; numbers in them are masked
};

constexpr std::size_t max_telecom_text = 256;  // bytes; longer text is not read at all

/// Splits at / , ; | & ::: line ends, "or" and "and", and reads each piece by itself (written_number.h). An
/// extension is left out with a warning, a piece that is no number of ours as well. Never guesses: "44 20
/// 7946 0958" is refused rather than cut to ten digits. Blank text gives neither numbers nor warnings.
TelecomReading read_telecom_text(std::string_view, NumberLetters = NumberLetters::refused);

}  // namespace linebook
