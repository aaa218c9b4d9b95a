// Opaque ids: a prefix that tells the kind, then a ULID (https://github.com/ulid/spec): 48 bits of
// milliseconds and 80 random bits in Crockford base 32, 26 characters, so that ids sort by creation.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace linebook {

using Entropy = std::array<std::uint8_t, 10>;

/// 26 characters; ids made in the same millisecond sort by their entropy.
std::string ulid(Instant, Entropy const&);

/// What a caller may choose as the id of a patient, a doctor or an agent: 1 to 64 of [A-Za-z0-9._-].
bool is_choosable_id(std::string_view);

}  // namespace linebook
