// SIP addresses (RFC 3261, section 19.1): where a trunk ends, how a call reaches an agent or a fallback.
// Both functions give the text back as it came, with its scheme in lower case, or a validation_error whose
// message fits behind a field's name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linebook {

constexpr std::size_t max_sip_uri = 255;  // characters; Twilio's <Sip> takes no more

/// sip: or sips:, user if any, host, and optional parameters and headers. A password inside is refused:
/// it would show in answers and logs.
Result<std::string> parse_sip_uri(std::string_view);

/// For `sip_termination_uri`: a SIP URI, or a host with an optional port, such as "trunk.example.com:5060".
Result<std::string> parse_sip_termination(std::string_view);

}  // namespace linebook
