#include "app/lines/new_line.h"

#include "app/ledger/ledger_fields.h"

namespace linebook {

void check_agent(Transaction const& tx, Context const& ctx, std::optional<AgentId> const& id,
                 char const* field, Problems& problems) {
  if (id && !tx.agents().find(ctx.account, *id))
    problems.push_back({field, "names no agent of this account; create the agent first"});
}

void check_agents(Transaction const& tx, Context const& ctx, LineWishes const& wishes, Problems& problems) {
  check_agent(tx, ctx, wishes.ai_agent_id, "ai_agent_id", problems);
  check_agent(tx, ctx, wishes.outbound_ai_agent_id, "outbound_ai_agent_id", problems);
}

Line new_line(Context const& ctx, LineWishes const& wishes, std::string number) {
  return {.id = {ctx.ids.next("pn_", ctx.now)},
          .phone_number = std::move(number),
          .ai_agent_id = wishes.ai_agent_id,
          .outbound_ai_agent_id = wishes.outbound_ai_agent_id,
          .name = wishes.name,
          .fallback_destination = wishes.fallback_destination,
          .status = LineStatus::active,
          .status_detail = {},
          .holding = {},
          .created_at = ctx.now,
          .updated_at = ctx.now};
}

Line insert_line(Transaction& tx, Context const& ctx, Line line) {
  tx.lines().insert(ctx.account, line);
  record(tx, ctx, Entity::line, line.id.value, Action::created, {}, ledger_fields(line));
  return line;
}

Error number_in_use() {
  return {ErrorCode::phone_number_in_use,
          "this phone number is in service already; delete the line that has it, or ask the operator",
          {{"phone_number", "is in service already"}}};
}

bool is_taken_here(Transaction const& tx, Context const& ctx, std::string_view number) {
  return tx.lines().find_by_number(ctx.account, number).has_value();
}

}  // namespace linebook
