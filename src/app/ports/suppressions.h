// The account's suppression list, as a store keeps it.
#pragma once

#include <cstdint>
#include <optional>

#include "app/ports/people.h"
#include "domain/reach/suppression.h"

namespace linebook {

class Suppressions {
 public:
  virtual ~Suppressions() = default;

  virtual std::optional<Suppression> find(AccountId, TenDigits const&) const = 0;
  /// Newest first, with the exact total.
  virtual CountedPage<Suppression> list(AccountId, std::int64_t limit, std::int64_t offset) const = 0;
  /// Inserts or replaces.
  virtual void save(AccountId, Suppression const&) = 0;
  virtual void remove(AccountId, TenDigits const&) = 0;
};

}  // namespace linebook
