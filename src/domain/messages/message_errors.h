// What a carrier's error code of a text means. Data, not code: generated from twilio_message_errors.csv,
// which lies here and says where it is from, by script/generate-message-errors.
#pragma once

#include <string_view>

namespace linebook {

/// For the number that was texted to.
enum class MessageErrorEffect {
  none,
  undeliverable,  // no text will ever reach it
  opted_out,      // its owner told the carrier STOP
  passing,        // the same text may get through later
};

struct MessageError {
  int code;
  std::string_view meaning;  // one sentence
  MessageErrorEffect effect;
};

/// nullptr for a code that the table does not have.
MessageError const* message_error(int code);

}  // namespace linebook
