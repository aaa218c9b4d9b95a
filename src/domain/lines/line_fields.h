// The rules of a line's fields. Each gives the text back as it came, or a validation_error whose message fits
// behind the field's name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linebook {

inline constexpr std::size_t max_credential = 128;  // characters of a user name or a carrier's token
inline constexpr std::size_t max_password = 256;

/// Of the North American Numbering Plan, assigned or not: ^[2-9][0-9]{2}$.
Result<std::string> parse_area_code(std::string_view);
/// ISO 3166-1 alpha-2, as spelled: ^[A-Z]{2}$.
Result<std::string> parse_country_code(std::string_view);
/// ^AC[0-9a-fA-F]{32}$
Result<std::string> parse_twilio_account_sid(std::string_view);
/// Printable ASCII without spaces, so that it passes through every header and form unharmed.
Result<std::string> parse_credential(std::string_view);
Result<std::string> parse_password(std::string_view);

}  // namespace linebook
