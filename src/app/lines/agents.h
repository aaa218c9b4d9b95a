// Use cases of AI agents. One that returns an Error has changed nothing.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"
#include "domain/lines/agent.h"

namespace linebook {

struct AgentDraft {
  std::optional<AgentId> id;  // chosen by the caller
  std::string name;
  std::optional<AgentAnswer> answer;
  Problems problems = {};
};

/// What to do with the lines that still name an agent that goes.
enum class LinesInUse { refuse, unassign };

enum class AgentSaved { created, replaced };

/// already_exists when the chosen id is taken.
Result<Agent> create_agent(Transaction&, Context const&, AgentDraft const&);
/// Creates or replaces: what the draft leaves out is cleared.
Result<std::pair<Agent, AgentSaved>> put_agent(Transaction&, Context const&, AgentId const&,
                                               Precondition<Agent> const&, AgentDraft const&);
/// agent_in_use, with the lines in its details, where lines name the agent and LinesInUse::refuse was said.
Result<void> delete_agent(Transaction&, Context const&, AgentId const&, Precondition<Agent> const&,
                          LinesInUse);

}  // namespace linebook
