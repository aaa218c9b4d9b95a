// The account's policy of contact. (Spec: Policy.)
#pragma once

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"
#include "app/reach/calling_hours_in_force.h"
#include "domain/reach/policy.h"

namespace linebook {

/// What holds for an account: its own policy, else the defaults as of the account's beginning, beside the
/// states' hours of the installation.
struct PolicyInForce {
  ContactPolicy policy;
  CallingHoursInForce::Shared state_hours;
};
PolicyInForce policy_in_force(Transaction const&, AccountId, CallingHoursInForce&);

struct ReplacePolicy {
  ContactPolicy policy = ContactPolicy::defaults();  // what is left out is its default
  Problems problems = {};
};

/// The next version; the same again is no new one.
Result<PolicyInForce> replace_policy(Transaction&, Context const&, CallingHoursInForce&,
                                     Precondition<PolicyInForce> const&, ReplacePolicy const&);

}  // namespace linebook
