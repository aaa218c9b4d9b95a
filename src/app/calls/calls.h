// Use cases of call records: what carriers tell of calls to our lines.
#pragma once

#include <optional>
#include <string>

#include "app/calls/route_call.h"
#include "app/context.h"
#include "app/ports/store.h"

namespace linebook {

/// What a carrier tells of a call. Notices come twice, late and in any order.
struct CallNotice {
  std::string carrier_sid;
  LineId line;
  std::string from;
  std::string to;
  CallStatus status = CallStatus::ringing;
  std::optional<CallAction> action;  // what we answered, where this is the question who takes it
  std::optional<AgentId> ai_agent;
  std::optional<std::int64_t> duration_seconds;
};

/// Into the call's record, which the first notice makes, and into the ledger; one that tells nothing new
/// changes nothing.
void take_in_call(Transaction&, Context const&, CallNotice const&);

}  // namespace linebook
