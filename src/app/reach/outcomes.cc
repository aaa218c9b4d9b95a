#include "app/reach/outcomes.h"

#include <utility>
#include <vector>

#include "app/contacts/contact_numbers.h"
#include "app/ledger/ledger_fields.h"
#include "app/reach/suppressions.h"
#include "domain/numbers/written_number.h"

namespace linebook {
namespace {

/// An outcome is told soon after, or when a dialer's file is brought in.
constexpr std::chrono::days max_outcome_age{366};

Problems problems_of(Context const& ctx, TellOutcome const& command) {
  auto problems = command.problems;
  if (command.at && *command.at > ctx.now) problems.push_back({"at", "must not be in the future"});
  if (command.at && *command.at < ctx.now - max_outcome_age)
    problems.push_back({"at", "must be within the last year"});
  return problems;
}

Result<void> set_do_not_call(Transaction& tx, Context const& ctx, ContactNumberId const& id) {
  EditContactNumber edit;
  edit.edit.do_not_call = true;
  if (auto edited = edit_contact_number(tx, ctx, id, {}, edit); !edited)
    return fail(std::move(edited.error()));
  return {};
}

Result<void> mark_wrong_number(Transaction& tx, Context const& ctx, ContactNumberId const& id) {
  auto const found = tx.contact_numbers().find(ctx.account, id);
  if (!found) return fail(not_found("phone number"));
  auto after = found->number;
  after.wrong_number_at = ctx.now;
  after.verified = false;
  after.verified_at = std::nullopt;
  after.updated_at = ctx.now;
  tx.contact_numbers().update(ctx.account, after);
  record(tx, ctx, Entity::contact_number, id.value, Action::updated, ledger_fields(found->number),
         ledger_fields(after));
  return {};
}

/// What the outcome says of an entry, for later decisions.
Result<void> take_to_heart(Transaction& tx, Context const& ctx, ContactNumberId const& id, Outcome outcome) {
  if (outcome == Outcome::do_not_call) return set_do_not_call(tx, ctx, id);
  if (outcome == Outcome::wrong_number) return mark_wrong_number(tx, ctx, id);
  return {};
}

/// With the attempt that a decision of ours allowed, where it was counted already.
Attempt keep_attempt(Transaction& tx, Context const& ctx, Attempt attempt) {
  if (attempt.decision) {
    if (auto counted = tx.contact_attempts().of_decision(ctx.account, *attempt.decision)) {
      counted->outcome = attempt.outcome;
      if (attempt.note) counted->note = std::move(attempt.note);
      tx.contact_attempts().update(ctx.account, *counted);
      return std::move(*counted);
    }
  }
  tx.contact_attempts().insert(ctx.account, attempt);
  return attempt;
}

Attempt attempt_of(Context const& ctx, TenDigits const& number, std::optional<ContactNumberId> phone,
                   TellOutcome const& command) {
  return {.id = {ctx.ids.next("att_", ctx.now)},
          .number = number,
          .phone = std::move(phone),
          .channel = command.channel.value_or(Channel::call),
          .purpose = command.purpose,
          .decision = command.decision,
          .outcome = command.outcome,
          .note = command.note,
          .at = command.at.value_or(ctx.now)};
}

/// The decision that is named must be one about this number.
Result<void> check_decision(Transaction const& tx, AccountId account, TellOutcome const& command,
                            TenDigits const& number) {
  if (!command.decision) return {};
  auto const decision = tx.decisions().find(account, *command.decision);
  if (!decision) return fail(not_found("decision"));
  if (decision->number != number)
    return fail(validation_error({{"decision_id", "is of a decision about another number"}}));
  return {};
}

/// The number of whoever is not our line; nothing where it is hidden or foreign.
std::optional<TenDigits> other_side(CallRecord const& call) {
  auto const written = read_written_number(call.direction == Direction::inbound ? call.from : call.to);
  if (!written) return std::nullopt;
  return written->number;
}

}  // namespace

Result<Attempt> tell_outcome(Transaction& tx, Context const& ctx, ContactNumberId const& id,
                             TellOutcome const& command) {
  auto const found = tx.contact_numbers().find(ctx.account, id);
  if (!found) return fail(not_found("phone number"));
  if (auto problems = problems_of(ctx, command); !problems.empty())
    return fail(validation_error(std::move(problems)));
  auto const number = found->number.number;
  if (auto known = check_decision(tx, ctx.account, command, number); !known)
    return fail(std::move(known.error()));
  if (auto taken = take_to_heart(tx, ctx, id, *command.outcome); !taken)
    return fail(std::move(taken.error()));
  return keep_attempt(tx, ctx, attempt_of(ctx, number, id, command));
}

Result<Attempt> tell_call_outcome(Transaction& tx, Context const& ctx, CallId const& id,
                                  TellOutcome const& command) {
  auto const call = tx.calls().find(ctx.account, id);
  if (!call) return fail(not_found("call"));
  auto problems = problems_of(ctx, command);
  auto const number = other_side(*call);
  if (!number && problems.empty())
    problems.push_back({"outcome", "cannot be kept: the other side of this call has no number that we know"});
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  if (auto known = check_decision(tx, ctx.account, command, *number); !known)
    return fail(std::move(known.error()));
  auto const entries = tx.contact_numbers().with_number(ctx.account, *number, max_entries_with_outcome);
  for (auto const& entry : entries)
    if (auto taken = take_to_heart(tx, ctx, entry.number.id, *command.outcome); !taken)
      return fail(std::move(taken.error()));
  if (entries.empty() && command.outcome == Outcome::do_not_call)
    if (auto done =
            suppress(tx, ctx, {.number = number, .channels = {Channel::call}, .reason = "outcome of a call"});
        !done)
      return fail(std::move(done.error()));
  auto attempt = attempt_of(ctx, *number, {}, command);
  attempt.inbound = call->direction == Direction::inbound;
  if (call->direction == Direction::outbound && !attempt.decision) attempt.decision = call->decision;
  return keep_attempt(tx, ctx, std::move(attempt));
}

}  // namespace linebook
