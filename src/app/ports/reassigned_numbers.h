// What the Reassigned Numbers Database answered, and what it is to be asked.
// (https://www.reassigned.us, 47 CFR 64.1200(m))
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/numbers/ten_digits.h"
#include "domain/reach/reassigned_number.h"

namespace linebook {

/// A number with the day of its people's latest consent or verification.
struct ReassignedQuery {
  TenDigits number;
  Instant confirmed_at;
};

class ReassignedNumbers {
 public:
  virtual ~ReassignedNumbers() = default;

  virtual std::optional<ReassignedNumber> find(AccountId, TenDigits const&) const = 0;
  /// Inserts or replaces.
  virtual void save(AccountId, ReassignedNumber const&) = 0;
  /// In order of number, after `after`, one row a number, at most `limit`.
  virtual std::vector<ReassignedQuery> to_ask(AccountId, std::string_view after,
                                              std::int64_t limit) const = 0;
};

}  // namespace linebook
