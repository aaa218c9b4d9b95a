// One try to reach a number, and what came of it: what caps count, and what outcomes tell. (Spec: Outcome.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "domain/numbers/ten_digits.h"
#include "domain/reach/contact_purpose.h"
#include "domain/reach/decision_id.h"

namespace linebook {

enum class Outcome : std::uint8_t {
  answered,
  no_answer,
  busy,
  voicemail,
  failed,
  wrong_number,
  do_not_call,
  callback,
};

std::string_view to_string(Outcome);
std::optional<Outcome> parse_outcome(std::string_view);

inline constexpr std::size_t max_outcome_note = 2000;  // characters

using AttemptId = Id<struct AttemptKind>;  // "att_…"

struct Attempt {
  AttemptId id;
  TenDigits number;
  std::optional<ContactNumberId> phone = {};
  Channel channel = Channel::call;
  std::optional<Purpose> purpose = {};  // nothing: not told; it then counts for each of them
  std::optional<DecisionId> decision = {};
  std::optional<Outcome> outcome = {};
  std::optional<std::string> note = {};
  bool inbound = false;  // they called us: no cap counts it
  Instant at;
};

}  // namespace linebook
