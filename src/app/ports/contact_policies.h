// An account's policy of contact, as a store keeps it.
#pragma once

#include <optional>

#include "base/id.h"
#include "domain/reach/policy.h"

namespace linebook {

class ContactPolicies {
 public:
  virtual ~ContactPolicies() = default;

  /// Nothing where nobody has said anything: the defaults hold.
  virtual std::optional<ContactPolicy> find(AccountId) const = 0;
  virtual void save(AccountId, ContactPolicy const&) = 0;
};

}  // namespace linebook
