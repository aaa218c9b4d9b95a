#include "domain/calls/twilio_call_words.h"

namespace linebook {

std::optional<CallStatus> twilio_call_status(std::string_view word) {
  if (word == "initiated") return CallStatus::queued;
  if (word == "unknown") return std::nullopt;  // ours alone
  return parse_call_status(word);
}

std::optional<AnsweredBy> twilio_answered_by(std::string_view word) {
  if (word.starts_with("machine_") || word == "fax") return AnsweredBy::machine;
  return parse_answered_by(word);
}

}  // namespace linebook
