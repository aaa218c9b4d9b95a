#include "app/reach/outbound_route.h"

#include "app/lines/find_line.h"
#include "app/reach/permission.h"

namespace linebook {
namespace {

bool has_trunk(Line const& line) {
  auto const* byo = std::get_if<ByoTrunk>(&line.holding);
  return byo != nullptr && byo->sip_termination_uri.has_value();
}

/// Last of all reasons, as the table has it.
void refuse_without_trunk(Verdict& verdict) {
  auto& reasons = verdict.reasons;
  if (reasons.empty() || reasons.back().code != ReasonCode::line_unavailable)
    reasons.push_back({ReasonCode::line_unavailable,
                       "the line has no SIP trunk to send calls to: set its sip_termination_uri",
                       {}});
  verdict.next_allowed_at = verdict.valid_until = std::nullopt;
}

}  // namespace

Result<OutboundRoute> route_outbound(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                     std::string_view from, ContactQuestion question) {
  auto line =
      find_line(from, [&](std::string_view number) { return tx.reach().line_numbered(ctx.account, number); });
  if (!line) return fail(not_found("line"));
  question.line = line->id;
  if (question.number && question.problems.empty()) hold_attempts(tx, ctx.account, *question.number);
  auto decision = decide_contact(tx, ctx.account, ctx.now, rules, question);
  if (!decision) return fail(std::move(decision.error()));
  if (!has_trunk(*line)) refuse_without_trunk(decision->verdict);
  keep_decision(tx, ctx, *decision);
  if (decision->verdict.allowed()) count_attempt(tx, ctx, *decision);
  return OutboundRoute{std::move(*decision), std::move(*line)};
}

}  // namespace linebook
