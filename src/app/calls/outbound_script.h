// What happens on a call that we placed, once it is answered.
#pragma once

#include <optional>

#include "app/context.h"
#include "app/ports/store.h"
#include "domain/calls/call_record.h"
#include "domain/calls/call_script.h"

namespace linebook {

/// Its speech, or its agent with the call, the line, the caller's metadata and, where exactly one person has
/// the number, who was called. Where a machine answered a call that does not speak to machines, its end.
CallScript outbound_script(Transaction const&, Context const&, CallRecord const&,
                           std::optional<AnsweredBy> const&);

}  // namespace linebook
