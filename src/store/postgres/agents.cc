#include "store/encoding/table_columns.h"
#include "store/postgres/claim_keys.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define AGENT_BY_ID "SELECT " LINEBOOK_AGENT_COLUMNS " FROM ai_agents WHERE account_id = $1 AND id = $2"
constexpr Statement agent_by_id{"agent_by_id", AGENT_BY_ID};
constexpr Statement agent_by_id_locked{"agent_by_id_locked", AGENT_BY_ID " FOR NO KEY UPDATE"};
#define NEWEST_AGENTS " ORDER BY created_at DESC, id DESC LIMIT $2"
constexpr Statement agents_newest{
    "agents_newest", "SELECT " LINEBOOK_AGENT_COLUMNS " FROM ai_agents WHERE account_id = $1" NEWEST_AGENTS};
constexpr Statement agents_after{"agents_after", "SELECT " LINEBOOK_AGENT_COLUMNS
                                                 " FROM ai_agents WHERE account_id = $1"
                                                 " AND (created_at, id) < ($3, $4)" NEWEST_AGENTS};
constexpr Statement insert_agent{
    "insert_agent",
    "INSERT INTO ai_agents (account_id, id, name, answer_type, answer_address, created_at, updated_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr Statement update_agent{"update_agent",
                                 "UPDATE ai_agents SET name = $3, answer_type = $4, answer_address = $5,"
                                 " updated_at = $6 WHERE account_id = $1 AND id = $2"};
constexpr Statement remove_agent{"remove_agent", "DELETE FROM ai_agents WHERE account_id = $1 AND id = $2"};

}  // namespace

std::optional<Agent> PostgresAgents::find(AccountId account, AgentId const& id) const {
  session_.claim(claim_on_agent(account, id));
  auto const& statement = session_.changes_things() ? agent_by_id_locked : agent_by_id;
  return session_.query(statement, account, id).one(agent_of<Row>);
}

std::vector<Agent> PostgresAgents::list(AccountId account, std::optional<Keyset> const& after,
                                        std::int64_t limit) const {
  if (!after) return session_.query(agents_newest, account, limit).all(agent_of<Row>);
  return session_.query(agents_after, account, limit, after->created_at, after->id).all(agent_of<Row>);
}

void PostgresAgents::insert(AccountId account, Agent const& a) {
  session_.claim(claim_on_agent(account, a.id));
  session_.change(insert_agent, account, a.id, a.name, answer_type_of(a), answer_address_of(a), a.created_at,
                  a.updated_at);
}

void PostgresAgents::update(AccountId account, Agent const& a) {
  session_.claim(claim_on_agent(account, a.id));
  session_.change(update_agent, account, a.id, a.name, answer_type_of(a), answer_address_of(a), a.updated_at);
}

void PostgresAgents::remove(AccountId account, AgentId const& id) {
  session_.claim(claim_on_agent(account, id));
  session_.change(remove_agent, account, id);
}

}  // namespace linebook::postgres
