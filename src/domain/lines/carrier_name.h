// Who carries a line's calls and texts.
#pragma once

#include <optional>
#include <string_view>

namespace linebook {

enum class CarrierName { twilio, simulator };

std::string_view to_string(CarrierName);
std::optional<CarrierName> parse_carrier_name(std::string_view);

}  // namespace linebook
