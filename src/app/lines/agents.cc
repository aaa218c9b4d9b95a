#include "app/lines/agents.h"

#include "app/ledger/ledger_fields.h"

namespace linebook {
namespace {

constexpr std::int64_t lines_told = 20;        // how many lines a refusal names
constexpr std::int64_t lines_at_a_time = 100;  // how many lines are unassigned per look

Agent insert(Transaction& tx, Context const& ctx, AgentId id, AgentDraft const& draft) {
  Agent agent{std::move(id), draft.name, draft.answer, ctx.now, ctx.now};
  tx.agents().insert(ctx.account, agent);
  record(tx, ctx, Entity::ai_agent, agent.id.value, Action::created, {}, ledger_fields(agent));
  return agent;
}

Error in_use(std::vector<Line> const& lines) {
  Error error{ErrorCode::agent_in_use,
              "lines still use this agent; assign them another one first, or delete with ?force=true to "
              "unassign them",
              {}};
  for (auto const& line : lines)
    error.details.push_back({"ai_agent_id", "is used by this line", line.id.value});
  return error;
}

void unassign(Transaction& tx, Context const& ctx, AgentId const& id) {
  for (auto lines = tx.lines().using_agent(ctx.account, id, lines_at_a_time); !lines.empty();
       lines = tx.lines().using_agent(ctx.account, id, lines_at_a_time)) {
    for (auto const& before : lines) {
      Line after = before;
      if (after.ai_agent_id == id) after.ai_agent_id.reset();
      if (after.outbound_ai_agent_id == id) after.outbound_ai_agent_id.reset();
      after.updated_at = ctx.now;
      tx.lines().update(ctx.account, after);
      record(tx, ctx, Entity::line, after.id.value, Action::updated, ledger_fields(before),
             ledger_fields(after));
    }
  }
}

}  // namespace

Result<Agent> create_agent(Transaction& tx, Context const& ctx, AgentDraft const& draft) {
  if (!draft.problems.empty()) return fail(validation_error(draft.problems));
  if (draft.id && tx.agents().find(ctx.account, *draft.id)) {
    return fail(ErrorCode::already_exists, "an agent with this id exists already; use PUT to replace it",
                {{"agent_id", "is taken", draft.id->value}});
  }
  return insert(tx, ctx, draft.id ? *draft.id : AgentId{ctx.ids.next("agent_", ctx.now)}, draft);
}

Result<std::pair<Agent, AgentSaved>> put_agent(Transaction& tx, Context const& ctx, AgentId const& id,
                                               Precondition<Agent> const& condition,
                                               AgentDraft const& draft) {
  auto before = tx.agents().find(ctx.account, id);
  if (!holds(condition, before)) return fail(precondition_failed());
  if (!draft.problems.empty()) return fail(validation_error(draft.problems));
  if (!before) return std::pair{insert(tx, ctx, id, draft), AgentSaved::created};

  Agent after = *before;
  after.name = draft.name;
  after.answer = draft.answer;
  auto const was = ledger_fields(*before);
  auto const is = ledger_fields(after);
  if (!difference(was, is).empty()) {
    after.updated_at = ctx.now;
    tx.agents().update(ctx.account, after);
    record(tx, ctx, Entity::ai_agent, id.value, Action::updated, was, is);
  }
  return std::pair{std::move(after), AgentSaved::replaced};
}

Result<void> delete_agent(Transaction& tx, Context const& ctx, AgentId const& id,
                          Precondition<Agent> const& condition, LinesInUse in_use_lines) {
  auto agent = tx.agents().find(ctx.account, id);
  if (!agent) return fail(not_found("agent"));
  if (!holds(condition, *agent)) return fail(precondition_failed());
  if (in_use_lines == LinesInUse::unassign) {
    unassign(tx, ctx, id);
  } else if (auto lines = tx.lines().using_agent(ctx.account, id, lines_told); !lines.empty()) {
    return fail(in_use(lines));
  }
  tx.agents().remove(ctx.account, id);
  record(tx, ctx, Entity::ai_agent, id.value, Action::deleted, ledger_fields(*agent), {});
  return {};
}

}  // namespace linebook
