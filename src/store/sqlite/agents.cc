#include "store/encoding/table_columns.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

constexpr Statement agent_by_id{
    "agent_by_id", "SELECT " LINEBOOK_AGENT_COLUMNS " FROM ai_agents WHERE account_id = ?1 AND id = ?2"};
constexpr Statement agents_newest{"agents_newest",
                                  "SELECT " LINEBOOK_AGENT_COLUMNS
                                  " FROM ai_agents INDEXED BY ai_agents_by_age WHERE account_id = ?1"
                                  " ORDER BY created_at DESC, id DESC LIMIT ?2"};
constexpr Statement agents_after{
    "agents_after", "SELECT " LINEBOOK_AGENT_COLUMNS
                    " FROM ai_agents INDEXED BY ai_agents_by_age WHERE account_id = ?1"
                    " AND (created_at, id) < (?3, ?4) ORDER BY created_at DESC, id DESC LIMIT ?2"};
constexpr Statement insert_agent{
    "insert_agent",
    "INSERT INTO ai_agents (account_id, id, name, answer_type, answer_address, created_at, updated_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Statement update_agent{"update_agent",
                                 "UPDATE ai_agents SET name = ?3, answer_type = ?4, answer_address = ?5,"
                                 " updated_at = ?6 WHERE account_id = ?1 AND id = ?2"};
constexpr Statement remove_agent{"remove_agent", "DELETE FROM ai_agents WHERE account_id = ?1 AND id = ?2"};

}  // namespace

std::optional<Agent> SqliteAgents::find(AccountId account, AgentId const& id) const {
  Query query(db_, agent_by_id, account, id);
  if (!query.next()) return std::nullopt;
  return agent_of(query);
}

std::vector<Agent> SqliteAgents::list(AccountId account, std::optional<Keyset> const& after,
                                      std::int64_t limit) const {
  if (!after) return all(Query(db_, agents_newest, account, limit), agent_of<Query>);
  return all(Query(db_, agents_after, account, limit, after->created_at, after->id), agent_of<Query>);
}

void SqliteAgents::insert(AccountId account, Agent const& a) {
  Query(db_, insert_agent, account, a.id, a.name, answer_type_of(a), answer_address_of(a), a.created_at,
        a.updated_at)
      .run();
}

void SqliteAgents::update(AccountId account, Agent const& a) {
  Query(db_, update_agent, account, a.id, a.name, answer_type_of(a), answer_address_of(a), a.updated_at)
      .run();
}

void SqliteAgents::remove(AccountId account, AgentId const& id) {
  Query(db_, remove_agent, account, id).run();
}

}  // namespace linebook::sqlite
