#include "carriers/twilio/list_walk.h"

namespace linebook::twilio {

CarrierError unreadable_answer() { return {CarrierFault::broken, 0, "Twilio's answer could not be read"}; }

CarrierResult<std::string> body_of(CarrierResult<HttpAnswer> answer) {
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (answer->status >= 200 && answer->status < 300) return std::move(answer->body);
  auto error = read_error(answer->status, answer->body);
  if (error.fault == CarrierFault::busy) error.retry_after = answer->retry_after;
  return std::unexpected(std::move(error));
}

}  // namespace linebook::twilio
