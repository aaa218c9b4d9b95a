// AI agents, as a store keeps them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/lines/agent.h"

namespace linebook {

/// Where a walk newest-first goes on: after this thing. Creation time and id order it, so that a chosen id
/// fits in.
struct Keyset {
  Instant created_at;
  std::string id;
};

/// Where a page of what is older than `until` begins, walking back from there: behind the last of the page
/// before, or at that time, whichever is earlier. All of the page is before it in the order of Keyset.
inline Keyset beginning_of_page(std::optional<Instant> const& until, std::optional<Keyset> const& after) {
  Keyset const end{until.value_or(Instant{INT64_MAX}), {}};
  return after && after->created_at < end.created_at ? *after : end;
}

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
