#include "app/calls/route_call.h"

#include "app/lines/find_line.h"

namespace linebook {
bool is_leaving(Transaction const& tx, AccountId account, Line const& line) {
  if (line.status == LineStatus::releasing) return true;
  if (line.status != LineStatus::error) return false;
  auto const task = tx.carrier_tasks().find(account, line.id);
  return task && task->goal != CarrierGoal::hold;
}

Result<CallRoute> route_call(Transaction const& tx, AccountId account, std::string_view number,
                             std::optional<TenDigits> const& from) {
  auto line = find_line(tx, account, number);
  if (!line || line->status == LineStatus::provisioning || is_leaving(tx, account, *line))
    return fail(not_found("line"));
  return route_line(tx, account, std::move(*line), from);
}

CallRoute route_line(Transaction const& tx, AccountId account, Line line,
                     std::optional<TenDigits> const& from) {
  std::optional<Agent> agent;
  if (line.ai_agent_id) agent = tx.agents().find(account, *line.ai_agent_id);
  auto const action = agent && agent->answer      ? CallAction::agent
                      : line.fallback_destination ? CallAction::fallback
                                                  : CallAction::reject;
  std::vector<LinkedContactNumber> callers;
  if (from) callers = tx.contact_numbers().with_number(account, *from, max_callers);
  return CallRoute{std::move(line), action, std::move(agent), std::move(callers)};
}

}  // namespace linebook
