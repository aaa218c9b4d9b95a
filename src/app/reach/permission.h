// Permission for a call or a text to leave: a decision of now, or one that was taken before, used once.
#pragma once

#include <optional>

#include "app/reach/decide_contact.h"

namespace linebook {

/// Counts the attempt that the decision allowed, now.
void count_attempt(Transaction&, Context const&, Decision const&);

/// Decides and keeps the decision, or takes the one that is named; what is allowed is counted as an attempt.
/// validation_error for a decision of something else, conflict for one that is over or was used.
Result<Decision> ask_permission(Transaction&, Context const&, ReachRules const&, ContactQuestion const&,
                                std::optional<DecisionId> const& named);

/// Decides again about what was allowed and counted a while ago, and has not left yet. Where it still may,
/// the attempt belongs to the new decision.
Result<Decision> confirm_permission(Transaction&, Context const&, ReachRules const&, ContactQuestion,
                                    DecisionId const& earlier);

}  // namespace linebook
