// One property of a vCard (RFC 6350, section 3.3): name, parameters and value, as its logical line has them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linebook {

struct VCardProperty {
  std::string group;                                            // lower case: "item1"
  std::string name;                                             // upper case: "TEL"
  std::vector<std::pair<std::string, std::string>> parameters;  // names in upper case; lists are several
  std::string value;                                            // as written
};

/// Nothing for what is no property.
std::optional<VCardProperty> parse_vcard_property(std::string_view line);

/// "Ed\, Jr.\nMD" → its text.
std::string vcard_text(std::string_view value);
/// "Reyes;Dee;;;" → its parts, each as text.
std::vector<std::string> vcard_parts(std::string_view value);

std::optional<std::string> vcard_parameter(VCardProperty const&, std::string_view name);
/// What 2.1 put into ASCII, as text; nothing where its CHARSET is none that is read here.
std::optional<std::string> decoded_vcard_value(VCardProperty const&);

/// Up to the first of `stops` outside double quotes.
std::string_view up_to(std::string_view text, std::string_view stops);
std::string lower_ascii(std::string_view);
std::string upper_ascii(std::string_view);

}  // namespace linebook
