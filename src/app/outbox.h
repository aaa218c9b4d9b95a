// The turns of what waits in the outbox (app/ports/dispatches.h).
#pragma once

#include <string>

#include "app/context.h"
#include "app/ports/store.h"
#include "domain/dispatch/dispatch.h"

namespace linebook {

/// Nobody works on it until then.
void rest(Transaction&, Dispatch, DispatchStage, Instant due);

/// What the carrier has was taken for this call or text and turned out to be another's: what became of it is
/// looked for again, unless it is over.
void look_for_again(Transaction&, Context const&, std::string const& subject);

}  // namespace linebook
