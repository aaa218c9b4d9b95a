// Opaque ids: a prefix that tells the kind, then a ULID (https://github.com/ulid/spec): 48 bits of
// milliseconds and 80 random bits in Crockford base 32, 26 characters, so that ids sort by creation.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace linebook {

using Entropy = std::array<std::uint8_t, 10>;

/// 26 characters; ids made in the same millisecond sort by their entropy.
std::string ulid(Instant, Entropy const&);

struct Ulid {
  Instant at;
  Entropy entropy{};
};
/// Nothing for what `ulid` would not have made.
std::optional<Ulid> parse_ulid(std::string_view);

/// What a caller may choose as the id of a patient, a doctor or an agent: 1 to 64 of [A-Za-z0-9._-].
bool is_choosable_id(std::string_view);

/// An id of one kind of thing, so that a line's id cannot be passed where a person's belongs.
template <class Kind>
struct Id {
  std::string value;

  auto operator<=>(Id const&) const = default;
  bool operator==(Id const&) const = default;
};

using ContactNumberId = Id<struct ContactNumberKind>;  // "phn_…"
using PersonId = Id<struct PersonKind>;                // "pat_…", "doc_…", or the caller's own
using LineId = Id<struct LineKind>;                    // "pn_…"
using AgentId = Id<struct AgentKind>;                  // "agent_…", or the caller's own
using CallId = Id<struct CallKind>;                    // "call_…"
using MessageId = Id<struct MessageKind>;              // "msg_…"
using DialListId = Id<struct DialListKind>;            // "dl_…"
using DialEntryId = Id<struct DialEntryKind>;          // "de_…"
using VerificationId = Id<struct VerificationKind>;    // "ver_…"
using WebhookId = Id<struct WebhookKind>;              // "whk_…"
using KeyId = Id<struct KeyKind>;                      // "key_…"
using SessionId = Id<struct SessionKind>;              // "ses_…"

/// A tenant. A small number, given out in order; first in the key of every table that is not
/// installation-wide.
struct AccountId {
  std::int64_t value = 0;

  auto operator<=>(AccountId const&) const = default;
};

}  // namespace linebook
