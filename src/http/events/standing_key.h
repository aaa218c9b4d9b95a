// The API key, or the session, of somebody who listens for long: it was good when it was shown, and has to be
// so still.
#pragma once

#include <cstdint>

#include "app/ports/clock.h"
#include "app/ports/store.h"
#include "http/serving/key_directory.h"

namespace linebook::http {

/// One thread at a time.
class StandingKey {
 public:
  StandingKey(Store const& store, Principal const& principal)
      : account_(principal.account),
        key_(principal.use->id),
        session_(principal.session),
        expires_at_(principal.expires_at),
        generation_(store.keys_generation()) {}

  /// Does it hold, as far as this node knows? Once it does not it never does again. Where more has changed
  /// than can be named it does not either: whoever comes back is looked up.
  bool holds(Store const& store, Instant now) {
    if (is_over_ || (expires_at_ && *expires_at_ <= now)) return false;
    auto const generation = store.keys_generation();
    if (generation == generation_) return true;
    auto const changes = store.key_changes_since(generation_);
    generation_ = generation;
    is_over_ = changes.names(account_, key_, session_);
    return !is_over_;
  }

 private:
  AccountId const account_;
  KeyId const key_;
  std::optional<SessionId> const session_;
  std::optional<Instant> const expires_at_;
  std::uint64_t generation_;
  bool is_over_ = false;
};

}  // namespace linebook::http
