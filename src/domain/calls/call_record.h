// One call to one of our lines, as its carrier told of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"

namespace linebook {

/// In the order in which a call goes through them; from `completed` on it is over.
enum class CallStatus { queued, ringing, in_progress, completed, busy, failed, no_answer, canceled };

/// As Twilio and we spell them: "in-progress", "no-answer".
std::string_view to_string(CallStatus);
std::optional<CallStatus> parse_call_status(std::string_view);

constexpr bool is_over(CallStatus s) { return s >= CallStatus::completed; }

/// Notices come late, twice and in any order: a call never goes back, and what is over stays as it ended.
constexpr bool moves_on(CallStatus from, CallStatus to) { return !is_over(from) && to > from; }

enum class CallAction { agent, fallback, reject };

std::string_view to_string(CallAction);
std::optional<CallAction> parse_call_action(std::string_view);

struct CallRecord {
  CallId id;
  std::string carrier_sid;  // unique within the account
  LineId line;
  std::string from;  // as the carrier gives it: E.164 as a rule, else "anonymous", a SIP URI, …
  std::string to;
  CallStatus status = CallStatus::ringing;
  std::optional<CallAction> action;  // what we answered; nothing where a notice came without the question
  std::optional<AgentId> ai_agent;   // who took it
  std::optional<std::int64_t> duration_seconds;
  Instant started_at;  // when we first heard of it
  std::optional<Instant> ended_at;
  Instant updated_at;
};

}  // namespace linebook
