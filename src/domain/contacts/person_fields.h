// What a person's single fields may hold, wherever they come from.
#pragma once

#include <cstddef>
#include <string_view>

namespace linebook {

inline constexpr std::size_t max_person_name = 100;  // characters, of the first and of the last name
inline constexpr std::size_t max_email = 254;        // RFC 5321, section 4.5.3.1.3, less the angle brackets

/// Clean text that shows something.
bool is_person_name(std::string_view);
/// One address that looks like one; whether anybody reads there is for mail to find out.
bool is_email(std::string_view);
/// Ten digits (National Provider Identifier).
bool is_npi(std::string_view);

}  // namespace linebook
