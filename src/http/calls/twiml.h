// What Twilio is told to do with a call. https://www.twilio.com/docs/voice/twiml
#pragma once

#include <string>
#include <string_view>

#include "app/calls/route_call.h"

namespace linebook::http {

/// The routing decision as TwiML: a stream to the agent with the line and, where exactly one person has the
/// caller's number, who is calling; a dial to its SIP URI; a redirect to its webhook; the fallback; or a
/// reject.
std::string twiml(CallRoute const&);
/// Nobody takes the call.
std::string twiml_reject();

/// Text between tags or inside of an attribute; what XML cannot hold becomes U+FFFD.
std::string xml_escaped(std::string_view utf8);

}  // namespace linebook::http
