// Asks for a text from one of our lines. (Spec: Messages.) It is sent afterwards, at most once:
// app/dispatch/dispatch_steps.h.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "app/reach/decide_contact.h"
#include "domain/messages/message.h"

namespace linebook {

struct SendMessage {
  std::optional<LineId> line;
  std::optional<ContactNumberId> phone = {};  // this, or
  std::optional<TenDigits> number = {};       // this
  std::string text = {};
  Purpose purpose = Purpose::care;
  std::optional<Instant> send_at = {};      // nothing: at once
  std::optional<DecisionId> decision = {};  // taken before; not with send_at
  Emergencies emergencies = Emergencies::refused;
  Problems problems = {};
};

/// The message, or the decision that stands in its way: kept, or, of one for later, a forecast.
using SentMessage = std::variant<Message, Decision>;

/// not_found for an unknown number, line or decision; validation_error for a line that nobody can text from.
/// One for later is decided again at its time, and held where it is no longer allowed.
Result<SentMessage> send_message(Transaction&, Context const&, ReachRules const&, SendMessage const&);

/// What a decision about the message is asked with.
ContactQuestion question_of(Message const&);

}  // namespace linebook
