// AI agents, as a store keeps them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/lines/agent.h"

namespace linebook {

/// Where a walk newest-first goes on: after this thing. Creation time and id order it, so that a chosen id
/// fits in.
struct Keyset {
  Instant created_at;
  std::string id;
};

class Agents {
 public:
  virtual ~Agents() = default;

  virtual std::optional<Agent> find(AccountId, AgentId const&) const = 0;
  /// Newest first, at most `limit`, after `after` where given.
  virtual std::vector<Agent> list(AccountId, std::optional<Keyset> const& after,
                                  std::int64_t limit) const = 0;
  virtual void insert(AccountId, Agent const&) = 0;
  virtual void update(AccountId, Agent const&) = 0;
  virtual void remove(AccountId, AgentId const&) = 0;
};

}  // namespace linebook
