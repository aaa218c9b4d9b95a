// May this call leave, and by which trunk? What a SIP server asks with an INVITE in its hand. (Spec: the SIP
// gate.)
#pragma once

#include <string>

#include "app/reach/decide_contact.h"
#include "domain/lines/line.h"

namespace linebook {

struct OutboundRoute {
  Decision decision;
  Line line;

  bool relays() const { return decision.verdict.allowed(); }
};

/// Decides for a call to `question.number` from the line with the number `from`, keeps the decision, and,
/// where the call may go, counts it as an attempt: nobody asks twice with one call in hand. A line with no
/// trunk to send calls to is unavailable. not_found for a line that the account does not have.
Result<OutboundRoute> route_outbound(Transaction&, Context const&, ReachRules const&, std::string_view from,
                                     ContactQuestion);

}  // namespace linebook
