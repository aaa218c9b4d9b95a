// /ai_agents: who answers the lines.
#include "app/lines/agents.h"
#include "http/codec/field_parsers.h"
#include "http/ledger/history.h"
#include "http/lines/line_json.h"
#include "http/lines/routes.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Answer single(Agent const& agent, int status = 200) {
  return {.status = status, .body = agent_json(agent), .tag = Answer::Tag::entity};
}

Answer created(Agent const& agent) {
  auto answer = single(agent, 201);
  answer.location = "/ai_agents/" + agent.id.value;
  return answer;
}

void read_agent(ObjectReader& reader, AgentDraft& draft) {
  draft.name = reader.required_text("agent_name", label).value_or("");
  draft.answer = optional_object(reader, "answer", draft.problems, read_agent_answer);
}

Result<Plan> post_agent(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  AgentDraft draft;
  ObjectReader reader(call.body, draft.problems);
  if (auto id = reader.text_unless_null("agent_id", chosen_id)) draft.id = AgentId{*id};
  read_agent(reader, draft);
  reader.refuse_unknown();
  return Write{[draft = std::move(draft)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto agent = create_agent(tx, ctx, draft);
    if (!agent) return fail(std::move(agent.error()));
    return created(*agent);
  }};
}

Result<Plan> get_agent(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{
      ReadCost::bounded,
      [account = call.account(), id = AgentId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
        auto agent = tx.agents().find(account, id);
        if (!agent) return fail(not_found("agent"));
        return single(*agent);
      }};
}

Result<Plan> put_agent_endpoint(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  AgentDraft draft;
  if (auto id = chosen_id(call.parameter()); !id)
    draft.problems.push_back({"agent_id", std::move(id.error())});
  ObjectReader reader(call.body, draft.problems);
  read_agent(reader, draft);
  reader.refuse("agent_id", "cannot be sent here; the path has it");
  reader.refuse_unknown();
  return Write{
      [draft = std::move(draft), id = AgentId{call.parameter()}, condition = call.condition(&agent_json)](
          Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto saved = put_agent(tx, ctx, id, condition, draft);
        if (!saved) return fail(std::move(saved.error()));
        return saved->second == AgentSaved::created ? created(saved->first) : single(saved->first);
      }};
}

Result<Plan> delete_agent_endpoint(Call& call) {
  bool const force = call.query.boolean("force").value_or(false);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = AgentId{call.parameter()}, condition = call.condition(&agent_json),
                in_use = force ? LinesInUse::unassign : LinesInUse::refuse](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    if (auto deleted = delete_agent(tx, ctx, id, condition, in_use); !deleted)
      return fail(std::move(deleted.error()));
    return deleted(id.value, "AI agent deleted");
  }};
}

Result<Plan> list_agents(Call& call) {
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return Read{ReadCost::bounded,
              [account = call.account(), page = std::move(*page), now = call.now,
               &env = call.env](Transaction const& tx) -> Result<Answer> {
                auto agents = tx.agents().list(account, keyset_from(page.cursor), page.size + 1);
                return keyset_page_answer(
                    "ai_agents", std::move(agents), page, write_agent,
                    [](Agent const& a) { return to_cursor(a.created_at, a.id.value); }, env, account, now);
              }};
}

Result<Plan> get_agent_history(Call& call) { return history_of(call, Entity::ai_agent, "agent"); }

}  // namespace

std::vector<Route> agent_routes() {
  return {
      {Method::get, "/ai_agents", Scope::lines_read, list_agents},
      {Method::post, "/ai_agents", Scope::lines_write, post_agent},
      {Method::get, "/ai_agents/{agent_id}", Scope::lines_read, get_agent},
      {Method::put, "/ai_agents/{agent_id}", Scope::lines_write, put_agent_endpoint},
      {Method::del, "/ai_agents/{agent_id}", Scope::lines_write, delete_agent_endpoint},
      {Method::get, "/ai_agents/{agent_id}/history", Scope::lines_read, get_agent_history},
  };
}

}  // namespace linebook::http
