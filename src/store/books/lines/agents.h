// AI agents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/agents.h"
#include "store/books/session/session.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view agent_columns =
    "id, name, answer_type, answer_address, created_at, updated_at";

template <class Row>
Agent agent_of(Row const& row) {
  Agent agent{.id = row.template get<AgentId>(0),
              .name = row.template get<std::string>(1),
              .answer = std::nullopt,
              .created_at = row.template get<Instant>(4),
              .updated_at = row.template get<Instant>(5)};
  if (auto const type = row.template get<std::optional<AnswerType>>(2))
    agent.answer = {*type, row.template get<std::string>(3)};
  return agent;
}

inline std::optional<AnswerType> answer_type_of(Agent const& agent) {
  return agent.answer ? std::optional(agent.answer->type) : std::nullopt;
}
inline std::optional<std::string_view> answer_address_of(Agent const& agent) {
  return agent.answer ? std::optional<std::string_view>(agent.answer->address) : std::nullopt;
}

inline constexpr Statement agent_by_id{
    "agent_by_id", SQL("SELECT ", agent_columns, " FROM ai_agents WHERE account_id = ?1 AND id = ?2{LOCK}")};
inline constexpr Statement agents_newest{
    "agents_newest", SQL("SELECT ", agent_columns,
                         " FROM ai_agents{INDEXED BY ai_agents_by_age} WHERE account_id = ?1"
                         " ORDER BY created_at DESC, id DESC LIMIT ?2")};
inline constexpr Statement agents_after{
    "agents_after", SQL("SELECT ", agent_columns,
                        " FROM ai_agents{INDEXED BY ai_agents_by_age} WHERE account_id = ?1"
                        " AND (created_at, id) < (?3, ?4) ORDER BY created_at DESC, id DESC LIMIT ?2")};
inline constexpr Statement insert_agent{
    "insert_agent", SQL("INSERT INTO ai_agents (account_id, ", agent_columns, ") VALUES (?1..?7)")};
inline constexpr Statement update_agent{
    "update_agent", SQL("UPDATE ai_agents SET name = ?3, answer_type = ?4, answer_address = ?5,"
                        " updated_at = ?6 WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement remove_agent{"remove_agent",
                                        SQL("DELETE FROM ai_agents WHERE account_id = ?1 AND id = ?2")};

template <class Session>
class AgentsBook final : public Agents {
 public:
  explicit AgentsBook(Session& session) : session_(session) {}

  std::optional<Agent> find(AccountId account, AgentId const& id) const override {
    session_.claim(claim_on_agent(account, id));
    return session_.query(agent_by_id, account, id).one(agent_of<Row>);
  }

  std::vector<Agent> list(AccountId account, std::optional<Keyset> const& after,
                          std::int64_t limit) const override {
    if (!after) return session_.query(agents_newest, account, limit).all(agent_of<Row>);
    return session_.query(agents_after, account, limit, after->created_at, after->id).all(agent_of<Row>);
  }

  void insert(AccountId account, Agent const& a) override {
    session_.claim(claim_on_agent(account, a.id));
    session_.change(insert_agent, account, a.id, a.name, answer_type_of(a), answer_address_of(a),
                    a.created_at, a.updated_at);
  }

  void update(AccountId account, Agent const& a) override {
    session_.claim(claim_on_agent(account, a.id));
    session_.change(update_agent, account, a.id, a.name, answer_type_of(a), answer_address_of(a),
                    a.updated_at);
  }

  void remove(AccountId account, AgentId const& id) override {
    session_.claim(claim_on_agent(account, id));
    session_.change(remove_agent, account, id);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books
