// Who is signed in, and the links that sign in once: an installation-wide reference table, as keys are. Whose
// token a session's is, Accounts::find_bearer tells.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/access/session.h"

namespace linebook {

class Sessions {
 public:
  virtual ~Sessions() = default;

  virtual void insert(KeySession const&) = 0;
  /// Nothing once it was ended; one that is over by itself may still be there.
  virtual std::optional<KeySession> find(SessionId const&) const = 0;
  virtual std::optional<KeySession> find_link(TokenHash const&) const = 0;
  /// Those that are signed in with the key and were not ended, oldest first.
  virtual std::vector<KeySession> signed_in_with(KeyId const&) const = 0;
  /// Whoever remembers it learns that it is over, as of a revoked key.
  virtual void end(KeySession const&, Instant) = 0;
  /// Up to `limit` of those that were over by themselves before `before`; how many.
  virtual std::int64_t forget(Instant before, std::int64_t limit) = 0;
};

/// How long it is remembered that a session was ended, for nodes that have not heard of it.
inline constexpr std::chrono::hours ended_sessions_kept{1};

}  // namespace linebook
