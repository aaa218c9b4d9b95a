// Asks for a call from one of our lines. (Spec: Calls.) It is placed afterwards, within a second and at most
// once: app/dispatch/dispatch_steps.h.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/reach/decide_contact.h"
#include "domain/calls/call_record.h"

namespace linebook {

struct PlaceCall {
  std::optional<LineId> line;
  std::optional<ContactNumberId> phone = {};  // this, or
  std::optional<TenDigits> number = {};       // this
  Purpose purpose = Purpose::care;
  std::optional<AgentId> ai_agent = {};  // nothing: the line's outbound agent, else its agent
  Voicemail voicemail = Voicemail::agent;
  CallMetadata metadata = {};
  std::optional<DecisionId> decision = {};  // taken before
  std::optional<DialedFor> dialed_for = {};
  /// What it says by itself, and then ends: no agent speaks.
  std::vector<std::string> speech = {};
  Emergencies emergencies = Emergencies::refused;
  Problems problems = {};
};

/// The call, or the decision that stands in its way, which is kept.
using PlacedCall = std::variant<CallRecord, Decision>;

/// not_found for an unknown number, line or decision; validation_error for a line that nobody can call from,
/// and where no agent could speak.
Result<PlacedCall> place_call(Transaction&, Context const&, ReachRules const&, PlaceCall const&);

/// The call is to end, whatever it is doing. conflict where it is over, or not ours to end.
Result<CallRecord> hang_up(Transaction&, Context const&, CallId const&);

/// Who speaks on a call from that line; nothing where nobody can.
std::optional<Agent> speaker_of(Transaction const&, AccountId, Line const&, std::optional<AgentId> const&);

}  // namespace linebook
