// Numbers that asked not to be reached at all, whosever they are: the account's own suppression list.
// (Spec: Suppression.)
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "base/instant.h"
#include "domain/numbers/ten_digits.h"
#include "domain/reach/contact_purpose.h"

namespace linebook {

inline constexpr std::size_t max_suppression_reason = 200;  // characters

/// Why one channel is suppressed.
struct SuppressedChannel {
  std::string reason;
  Instant at;

  bool operator==(SuppressedChannel const&) const = default;
};

struct Suppression {
  TenDigits number;
  std::array<std::optional<SuppressedChannel>, 2> channels = {};  // by Channel
  Instant created_at{};
  Instant updated_at{};

  std::optional<SuppressedChannel>& of(Channel c) { return channels[static_cast<std::size_t>(c)]; }
  std::optional<SuppressedChannel> const& of(Channel c) const {
    return channels[static_cast<std::size_t>(c)];
  }
  bool any() const { return channels[0] || channels[1]; }
};

}  // namespace linebook
