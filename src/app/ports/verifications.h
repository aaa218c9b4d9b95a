// Verifications that wait for their codes, and when codes were sent, as a store keeps them.
#pragma once

#include <optional>
#include <vector>

#include "domain/verification/verification.h"

namespace linebook {

class Verifications {
 public:
  virtual ~Verifications() = default;

  /// The entry's; nothing where none waits.
  virtual std::optional<NumberVerification> find(AccountId, ContactNumberId const&) const = 0;
  /// Inserts or replaces the entry's.
  virtual void save(AccountId, NumberVerification const&) = 0;
  virtual void remove(AccountId, ContactNumberId const&) = 0;

  /// When codes were sent to the number at or after `since`; oldest first. Whoever asks in a write keeps
  /// others from sending to the number meanwhile.
  virtual std::vector<Instant> sends(AccountId, TenDigits const&, Instant since) const = 0;
  /// Keeps that one was sent at `at`, and forgets those from before `forget_before`.
  virtual void add_send(AccountId, TenDigits const&, Instant at, Instant forget_before) = 0;
};

}  // namespace linebook
