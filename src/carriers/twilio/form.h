// application/x-www-form-urlencoded, as bodies and queries have it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linebook::twilio {

using Form = std::vector<std::pair<std::string_view, std::string>>;

/// "a=1&b=%2B2"
std::string encode_form(Form const&);

}  // namespace linebook::twilio
