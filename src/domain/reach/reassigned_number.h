// What the Reassigned Numbers Database answers. (https://www.reassigned.us, 47 CFR 64.1200(m))
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/numbers/ten_digits.h"
#include "domain/reach/calling_hours.h"

namespace linebook {

enum class ReassignedAnswer : std::uint8_t { yes, no, no_data };

std::string_view to_string(ReassignedAnswer);
std::optional<ReassignedAnswer> parse_reassigned_answer(std::string_view);

struct ReassignedNumber {
  TenDigits number;
  LocalDay date;  // that was asked about: reassigned since, or not
  ReassignedAnswer answer;
};

}  // namespace linebook
