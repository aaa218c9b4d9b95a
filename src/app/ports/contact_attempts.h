// Attempts to reach numbers, as a store keeps them.
#pragma once

#include <optional>

#include "base/id.h"
#include "domain/reach/attempt.h"

namespace linebook {

class ContactAttempts {
 public:
  virtual ~ContactAttempts() = default;

  /// The one that a decision allowed.
  virtual std::optional<Attempt> of_decision(AccountId, DecisionId const&) const = 0;
  virtual void insert(AccountId, Attempt const&) = 0;
  /// What came of it: outcome and note; and the decision that it is by, where that was taken again.
  virtual void update(AccountId, Attempt const&) = 0;
};

}  // namespace linebook
