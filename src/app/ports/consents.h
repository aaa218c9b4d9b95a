// Consents, as a store keeps them: added, never changed.
#pragma once

#include <cstdint>
#include <optional>

#include "app/ports/people.h"
#include "domain/reach/consent.h"

namespace linebook {

class Consents {
 public:
  virtual ~Consents() = default;

  virtual std::optional<Consent> find(AccountId, ConsentId const&) const = 0;
  /// Newest entry first, with the exact total; of one number where it is given.
  virtual CountedPage<Consent> list(AccountId, std::optional<ContactNumberId> const&, std::int64_t limit,
                                    std::int64_t offset) const = 0;
  /// The latest of this number, channel and purpose.
  virtual std::optional<Consent> latest(AccountId, ContactNumberId const&, Channel, Purpose) const = 0;
  virtual void insert(AccountId, Consent const&) = 0;
};

}  // namespace linebook
