// Twilio's words for calls, which are more than ours. https://www.twilio.com/docs/voice/api/call-resource
#pragma once

#include <optional>
#include <string_view>

#include "domain/calls/call_record.h"

namespace linebook {

/// "in-progress", …, and "initiated", which its notices have. Nothing for a word that is none of its.
std::optional<CallStatus> twilio_call_status(std::string_view);

/// "machine_end_beep" and the like are a machine; so is a fax. Nothing where it did not tell.
std::optional<AnsweredBy> twilio_answered_by(std::string_view);

}  // namespace linebook
