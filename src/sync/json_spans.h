// Where the members of a JSON object and the elements of an array lie in their text: so that one is replaced
// and all else stays byte for byte, numbers with the digits they were written with among it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace linebook {

/// `name` is raw, as between its quotes. All point into the text.
struct JsonMember {
  std::string_view name;
  std::string_view value;
  std::string_view whole;  // name and value
};

/// Of a text that was parsed before and is an object, or an array. Empty for any other.
std::vector<JsonMember> json_members(std::string_view object);
std::vector<std::string_view> json_elements(std::string_view array);

/// The object with the member's value replaced, or with the member behind all others.
std::string with_member(std::string_view object, std::string_view name, std::string_view value);
/// Without it, and as it is where there is none.
std::string without_member(std::string_view object, std::string_view name);

}  // namespace linebook
