#include "app/dialing/entry_outcomes.h"

#include "app/calls/calls.h"
#include "app/reach/outcomes.h"

namespace linebook {
namespace {

Error not_given_out(DialList const& list, DialEntry const& entry) {
  if (list.dialer == Dialer::linebook)
    return {ErrorCode::conflict,
            "Linebook dials this list itself; tell what came of a call with POST /calls/{id}/outcome",
            {}};
  return {ErrorCode::conflict,
          "the entry is " + std::string(to_string(entry.state)) +
              (entry.attempts > 0 ? " and its last outcome was told already" : " and was not given out") +
              "; take it first with POST /dial-lists/{id}/next",
          {}};
}

/// Can something be told of it? Its decision stays until then, though the lease may have run out.
bool was_given_out(DialEntry const& entry) {
  return entry.decision && entry.phone &&
         (entry.state == DialEntryState::leased || entry.state == DialEntryState::ready ||
          entry.state == DialEntryState::waiting);
}

/// The number was changed or taken out of the book meanwhile, so nothing can be said of what is there now.
void keep_attempt_without_number(Transaction& tx, Context const& ctx, DialList const& list,
                                 DialEntry const& entry, TellEntryOutcome const& command) {
  if (command.outcome == Outcome::do_not_call)
    tx.contact_numbers().remember_do_not_call(ctx.account, entry.person, *entry.number);
  tx.contact_attempts().insert(ctx.account, {.id = {ctx.ids.next("att_", ctx.now)},
                                             .number = *entry.number,
                                             .purpose = list.purpose,
                                             .decision = entry.decision,
                                             .outcome = command.outcome,
                                             .note = command.note,
                                             .at = command.at.value_or(ctx.now)});
}

/// Nobody can tell whether it was placed, so it counts, and is not placed again.
DialEntry after_unknown(DialEntry entry, Instant now) {
  entry.state = DialEntryState::done;
  entry.reason = std::string(unknown_call_reason);
  entry.attempts += 1;
  entry.turn_at = entry.updated_at = now;
  return entry;
}

}  // namespace

Result<DialEntry> tell_entry_outcome(Transaction& tx, Context const& ctx, DialListId const& list_id,
                                     DialEntryId const& id, TellEntryOutcome const& command) {
  auto const list = tx.dial_lists().look_at(ctx.account, list_id);
  if (!list) return fail(not_found("dial list"));
  auto const entry = tx.dial_entries().find(ctx.account, list_id, id);
  if (!entry) return fail(not_found("entry"));
  if (!command.problems.empty()) return fail(validation_error(command.problems));
  if (list->dialer == Dialer::linebook || !was_given_out(*entry)) return fail(not_given_out(*list, *entry));
  if (command.decision && *command.decision != *entry->decision)
    return fail(ErrorCode::conflict, "that is not the decision by which the entry was given out last");
  auto const number = tx.contact_numbers().find(ctx.account, *entry->phone);
  if (number && number->number.number == *entry->number) {
    auto told = tell_outcome(tx, ctx, *entry->phone,
                             {.outcome = command.outcome,
                              .channel = Channel::call,
                              .purpose = list->purpose,
                              .decision = entry->decision,
                              .at = command.at,
                              .note = command.note});
    if (!told) return fail(std::move(told.error()));
  } else {
    keep_attempt_without_number(tx, ctx, *list, *entry, command);
  }
  auto after = after_outcome(*entry, *list, *command.outcome, ctx.now);
  after.decision.reset();
  tx.dial_entries().update(ctx.account, after);
  return after;
}

std::optional<DialEntry> after_call(Transaction& tx, AccountId account, Instant now, DialList const& list,
                                    DialEntry const& entry) {
  auto const call = entry.call ? tx.calls().find(account, *entry.call) : std::nullopt;
  if (call && call->status == CallStatus::unknown) return after_unknown(entry, now);
  if (call && !is_over(call->status)) return std::nullopt;
  // A better one may have been told of the call.
  auto const attempt =
      call && call->decision ? tx.contact_attempts().of_decision(account, *call->decision) : std::nullopt;
  auto outcome = call ? outcome_of(*call) : std::nullopt;
  if (attempt && attempt->outcome) outcome = attempt->outcome;
  return after_outcome(entry, list, outcome.value_or(Outcome::failed), now);
}

}  // namespace linebook
