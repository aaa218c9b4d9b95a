#include "domain/messages/message_errors.h"

#include <algorithm>
#include <array>

namespace linebook {
namespace {

#include "domain/messages/twilio_message_errors_data.inc"

}  // namespace

MessageError const* message_error(int code) {
  auto const at = std::ranges::lower_bound(message_errors, code, {}, &MessageError::code);
  return at != message_errors.end() && at->code == code ? &*at : nullptr;
}

}  // namespace linebook
