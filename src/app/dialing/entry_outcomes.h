// What came of an entry's attempt: told by a dialer that pulled it, or by the call that Linebook placed.
// (Spec: Dial lists.)
#pragma once

#include <optional>
#include <string>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"

namespace linebook {

struct TellEntryOutcome {
  std::optional<Outcome> outcome;
  std::optional<DecisionId> decision = {};  // that gave it out; nothing: the latest
  std::optional<Instant> at = {};           // nothing: now
  std::optional<std::string> note = {};
  Problems problems = {};
};

/// Counts the attempt, takes the outcome to heart for later decisions (app/reach/outcomes.h), and says where
/// the entry goes on. A lease that has run out may still be told of, until the entry is given out again.
/// not_found for an unknown list or entry, conflict for an entry that is not given out.
Result<DialEntry> tell_entry_outcome(Transaction&, Context const&, DialListId const&, DialEntryId const&,
                                     TellEntryOutcome const&);

/// What came of an entry's call that is over, or that nobody can tell of; nothing while it goes on.
std::optional<DialEntry> after_call(Transaction&, AccountId, Instant now, DialList const&, DialEntry const&);

/// "unknown": whether the call was ever placed. It is not placed again.
inline constexpr std::string_view unknown_call_reason = "unknown";

}  // namespace linebook
