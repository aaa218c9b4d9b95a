#include "app/reach/consents.h"

#include "app/ledger/ledger_fields.h"

namespace linebook {

Result<Consent> add_consent(Transaction& tx, Context const& ctx, AddConsent const& command) {
  auto problems = command.problems;
  auto const at = command.at.value_or(ctx.now);
  if (at > ctx.now) problems.push_back({"at", "must not be in the future"});
  if (command.expires_at && *command.expires_at <= at)
    problems.push_back({"expires_at", "must be later than the consent itself"});
  if (command.expires_at && command.status == ConsentStatus::revoked)
    problems.push_back({"expires_at", "cannot be sent with a revocation, which does not expire"});
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  if (!tx.contact_numbers().find(ctx.account, *command.phone)) return fail(not_found("phone number"));

  Consent consent{.id = {ctx.ids.next("con_", ctx.now)},
                  .phone = *command.phone,
                  .channel = *command.channel,
                  .purpose = *command.purpose,
                  .status = *command.status,
                  .basis = *command.basis,
                  .at = at,
                  .expires_at = command.expires_at,
                  .evidence = command.evidence,
                  .created_at = ctx.now};
  tx.consents().insert(ctx.account, consent);
  record(tx, ctx, Entity::consent, consent.id.value, Action::created, {}, ledger_fields(consent));
  return consent;
}

}  // namespace linebook
