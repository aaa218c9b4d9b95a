#include "app/reach/contact_policies.h"

#include "app/ledger/ledger_fields.h"

namespace linebook {
namespace {

bool says_the_same(ContactPolicy const& a, ContactPolicy const& b) {
  return a.hours == b.hours && a.attempts == b.attempts && a.holidays == b.holidays &&
         a.state_rules == b.state_rules && a.require_list == b.require_list && a.help_text == b.help_text &&
         a.texts_kept_days == b.texts_kept_days;
}

ContactPolicy policy_of(Transaction const& tx, AccountId account) {
  if (auto own = tx.contact_policies().find(account)) return std::move(*own);
  auto policy = ContactPolicy::defaults();
  if (auto const known = tx.accounts().find(account)) policy.updated_at = known->created_at;
  return policy;
}

}  // namespace

PolicyInForce policy_in_force(Transaction const& tx, AccountId account, CallingHoursInForce& hours) {
  return {policy_of(tx, account), hours.of(tx, tx.calling_hours().version())};
}

Result<PolicyInForce> replace_policy(Transaction& tx, Context const& ctx, CallingHoursInForce& hours,
                                     Precondition<PolicyInForce> const& condition,
                                     ReplacePolicy const& command) {
  auto in_force = policy_in_force(tx, ctx.account, hours);
  if (!holds(condition, in_force)) return fail(precondition_failed());
  if (!command.problems.empty()) return fail(validation_error(command.problems));
  auto const before = in_force.policy;
  if (says_the_same(before, command.policy)) return in_force;
  in_force.policy = command.policy;
  in_force.policy.version = before.version + 1;
  in_force.policy.updated_at = ctx.now;
  tx.contact_policies().save(ctx.account, in_force.policy);
  record(tx, ctx, Entity::contact_policy, "policy", Action::updated, ledger_fields(before),
         ledger_fields(in_force.policy));
  return in_force;
}

}  // namespace linebook
