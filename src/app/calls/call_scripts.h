// What is to happen on a call, from what was decided about it.
#pragma once

#include "app/calls/route_call.h"
#include "domain/calls/call_script.h"

namespace linebook {

/// A stream to the agent with the line and, where exactly one person has the caller's number, who is calling;
/// a dial to its SIP URI; its webhook; the fallback; or a reject.
CallScript script_of(CallRoute const&);

}  // namespace linebook
