// What came of trying to reach somebody. (Spec: Outcome.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"

namespace linebook {

struct TellOutcome {
  std::optional<Outcome> outcome;
  std::optional<Channel> channel = {};      // nothing: a call
  std::optional<Purpose> purpose = {};      // nothing: it counts for every purpose
  std::optional<DecisionId> decision = {};  // that allowed it: the attempt that the gate has
                                            // counted gets its outcome, and keeps the rest
  std::optional<Instant> at = {};           // nothing: now
  std::optional<std::string> note = {};
  Problems problems = {};
};

/// Of so many entries that share a number, an outcome is taken up.
inline constexpr std::int64_t max_entries_with_outcome = 500;

/// Of an attempt on an entry of the book. do_not_call sets the entry's flag, wrong_number marks it. not_found
/// for an unknown number or decision.
Result<Attempt> tell_outcome(Transaction&, Context const&, ContactNumberId const&, TellOutcome const&);

/// Of a call that Linebook knows. It concerns every entry with the number of the other side; one that is in
/// nobody's book is suppressed for calls where do_not_call is told.
Result<Attempt> tell_call_outcome(Transaction&, Context const&, CallId const&, TellOutcome const&);

}  // namespace linebook
