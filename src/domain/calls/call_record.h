// One call to or from one of our lines, as its carrier told of it. (Spec: Calls.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/reach/contact_purpose.h"
#include "domain/reach/decision_id.h"

namespace linebook {

/// In the order in which a call goes through them; from `completed` on it is over. `unknown`: asked for, and
/// nobody can tell whether it was ever placed; it is never asked for again, and whatever the carrier tells
/// later moves it on.
enum class CallStatus { unknown, queued, ringing, in_progress, completed, busy, failed, no_answer, canceled };

/// As Twilio and we spell them: "in-progress", "no-answer".
std::string_view to_string(CallStatus);
std::optional<CallStatus> parse_call_status(std::string_view);

constexpr bool is_over(CallStatus s) { return s >= CallStatus::completed; }

/// Notices come late, twice and in any order: a call never goes back, and what is over stays as it ended.
constexpr bool moves_on(CallStatus from, CallStatus to) { return !is_over(from) && to > from; }

enum class CallAction { agent, fallback, reject };

std::string_view to_string(CallAction);
std::optional<CallAction> parse_call_action(std::string_view);

/// Of calls and texts: who began.
enum class Direction { inbound, outbound };

std::string_view to_string(Direction);
std::optional<Direction> parse_direction(std::string_view);

enum class AnsweredBy { human, machine, unknown };

std::string_view to_string(AnsweredBy);
std::optional<AnsweredBy> parse_answered_by(std::string_view);

/// What an outbound call does where a machine answers: ends, speaks after the tone, or leaves it to the
/// agent.
enum class Voicemail { hang_up, leave, agent };

std::string_view to_string(Voicemail);
std::optional<Voicemail> parse_voicemail(std::string_view);

inline constexpr std::size_t max_call_metadata = 20;         // pairs
inline constexpr std::size_t max_call_metadata_name = 40;    // characters
inline constexpr std::size_t max_call_metadata_value = 256;  // likewise

/// The caller's own words on a call, in the order in which they came; shown, and never interpreted.
using CallMetadata = std::vector<std::pair<std::string, std::string>>;

/// The entry of a dial list that a call was placed for.
struct DialedFor {
  DialListId list;
  DialEntryId entry;

  bool operator==(DialedFor const&) const = default;
};

struct CallRecord {
  CallId id;
  /// The carrier's own id, unique within the account. Of an outbound call that the carrier has not told of,
  /// the call's own id: see has_carrier_sid().
  std::string carrier_sid;
  LineId line;
  std::string from;  // as the carrier gives it: E.164 as a rule, else "anonymous", a SIP URI, …
  std::string to;
  CallStatus status = CallStatus::ringing;
  std::optional<CallAction> action =
      {};                                // what we answered; nothing where a notice came without the question
  std::optional<AgentId> ai_agent = {};  // who took it, or speaks on it
  std::optional<std::int64_t> duration_seconds = {};
  Instant started_at{};  // when we first heard of it, or were asked for it
  std::optional<Instant> ended_at = {};
  Instant updated_at{};

  Direction direction = Direction::inbound;
  // Of outbound calls.
  std::optional<ContactNumberId> phone = {};  // where it was asked for by entry
  std::optional<Purpose> purpose = {};
  std::optional<DecisionId> decision = {};  // that allowed it
  std::optional<AnsweredBy> answered_by = {};
  Voicemail voicemail = Voicemail::agent;
  CallMetadata metadata = {};
  std::optional<int> error_code = {};             // the carrier's own, where it refused or failed
  std::optional<std::string> error_message = {};  // in words; never a secret
  std::optional<DialedFor> dialed_for = {};
  /// What it says by itself, sealed under the account's key; gone once the carrier has it.
  std::optional<std::string> speech_sealed = {};

  bool has_carrier_sid() const { return carrier_sid != id.value; }
};

}  // namespace linebook
