#include "app/reach/permission.h"

namespace linebook {
namespace {

/// What the decision is of, and is asked for, must be the same.
Problems differences(Decision const& decision, ContactQuestion const& q, TenDigits const& number) {
  auto const other = [](bool differs, std::string_view what) {
    Problems problems;
    if (differs) problems.push_back({"decision_id", "is of a decision about another " + std::string(what)});
    return problems;
  };
  if (decision.number != number) return other(true, "number");
  if (decision.channel != q.channel) return other(true, "channel");
  if (decision.purpose != q.purpose) return other(true, "purpose");
  return other(decision.line != q.line, "line: take it with this line_id");
}

Result<Decision> take_named(Transaction& tx, Context const& ctx, ContactQuestion const& q,
                            DecisionId const& id, TenDigits const& number) {
  auto decision = tx.decisions().find(ctx.account, id);
  if (!decision) return fail(not_found("decision"));
  if (auto problems = differences(*decision, q, number); !problems.empty())
    return fail(validation_error(std::move(problems)));
  if (!decision->verdict.allowed()) return std::move(*decision);
  if (!decision->verdict.valid_until || *decision->verdict.valid_until <= ctx.now)
    return fail(ErrorCode::conflict,
                "the decision is no longer valid; leave out decision_id to take a new one");
  if (tx.contact_attempts().of_decision(ctx.account, id))
    return fail(ErrorCode::conflict, "the decision was used already; each allows one call or text");
  return std::move(*decision);
}

Result<TenDigits> number_of(Transaction& tx, Context const& ctx, ContactQuestion const& q) {
  if (q.number) return *q.number;
  auto const entry = tx.contact_numbers().find(ctx.account, *q.phone);
  if (!entry) return fail(not_found("phone number"));
  return entry->number.number;
}

}  // namespace

void count_attempt(Transaction& tx, Context const& ctx, Decision const& decision) {
  tx.contact_attempts().insert(ctx.account, {.id = {ctx.ids.next("att_", ctx.now)},
                                             .number = decision.number,
                                             .phone = decision.phone,
                                             .channel = decision.channel,
                                             .purpose = decision.purpose,
                                             .decision = decision.id,
                                             .at = ctx.now});
}

Result<Decision> ask_permission(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                ContactQuestion const& question, std::optional<DecisionId> const& named) {
  if (!question.problems.empty()) return fail(validation_error(question.problems));
  auto const number = number_of(tx, ctx, question);
  if (!number) return fail(number.error());
  hold_attempts(tx, ctx.account, *number);
  auto decision = named ? take_named(tx, ctx, question, *named, *number)
                        : decide_contact(tx, ctx.account, ctx.now, rules, question);
  if (!decision) return decision;
  if (!named) keep_decision(tx, ctx, *decision);
  if (decision->verdict.allowed()) count_attempt(tx, ctx, *decision);
  return decision;
}

Result<Decision> confirm_permission(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                    ContactQuestion question, DecisionId const& earlier) {
  auto attempt = tx.contact_attempts().of_decision(ctx.account, earlier);
  if (attempt) question.counted_at = attempt->at;
  auto decision = decide_contact(tx, ctx.account, ctx.now, rules, question);
  if (!decision) return decision;
  keep_decision(tx, ctx, *decision);
  if (attempt && decision->verdict.allowed()) {
    attempt->decision = decision->id;
    tx.contact_attempts().update(ctx.account, *attempt);
  }
  return decision;
}

}  // namespace linebook
