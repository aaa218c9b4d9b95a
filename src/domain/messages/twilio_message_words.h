// Twilio's words for texts, which are more than ours.
// https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
#pragma once

#include <optional>
#include <string_view>

#include "domain/messages/message.h"

namespace linebook {

/// "read" is delivered, "scheduled" accepted, "canceled" failed. Nothing for a word that is none of its.
std::optional<MessageStatus> twilio_message_status(std::string_view);

}  // namespace linebook
