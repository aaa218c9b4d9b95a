// What is to happen on a call, as Twilio is told it. https://www.twilio.com/docs/voice/twiml
#pragma once

#include <string>
#include <string_view>

#include "domain/calls/call_script.h"

namespace linebook {

/// A whole document.
std::string twiml(CallScript const&);

/// Text between tags or inside of an attribute; what XML cannot hold becomes U+FFFD.
std::string xml_escaped(std::string_view utf8);

}  // namespace linebook
