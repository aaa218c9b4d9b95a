// Use cases of call records: what carriers tell of calls to and from our lines.
#pragma once

#include <optional>
#include <string>

#include "app/calls/route_call.h"
#include "app/context.h"
#include "app/ports/carrier_listener.h"
#include "app/ports/store.h"

namespace linebook {

/// What a carrier tells of a call. Notices come twice, late and in any order.
struct CallNotice {
  CallNews news;
  LineId line;
  std::optional<CallAction> action = {};  // what we answered, where this is the question who takes it
  std::optional<AgentId> ai_agent = {};
};

/// Into the call's record, which an inbound call's first notice makes, and into the ledger; kept among the
/// call's events, also where it tells nothing new.
void take_in_call(Transaction&, Context const&, CallNotice const&);

/// What the carrier has of a call that we placed, asked for or told: its id, and its status where that is
/// newer. The call as it is then.
CallRecord take_in_placed(Transaction&, Context const&, CallRecord, CallNews const&);

/// What came of it for whoever was called; nothing where the call does not tell, or was ended by us before
/// anybody answered.
std::optional<Outcome> outcome_of(CallRecord const&);

/// Saves what has become of a call, with its ledger row; where it is over, whatever was still to be asked of
/// the carrier goes, and its attempt has its outcome.
void save_call(Transaction&, Context const&, CallRecord const& was, CallRecord is);

/// It could not be placed, ended before it was, or nobody can tell.
void fail_call(Transaction&, Context const&, CallRecord, CallStatus, std::optional<int> error_code,
               std::string words);

}  // namespace linebook
