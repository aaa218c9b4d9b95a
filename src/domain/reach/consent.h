// What somebody agreed to, or took back: for one number of one person, one channel and one purpose. Never
// edited: the latest counts. (Spec: Consents.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "domain/reach/contact_purpose.h"

namespace linebook {

using ConsentId = Id<struct ConsentKind>;  // "con_…"

enum class ConsentStatus : std::uint8_t { granted, revoked };

std::string_view to_string(ConsentStatus);
std::optional<ConsentStatus> parse_consent_status(std::string_view);

/// How it was given. Only `written` allows marketing.
enum class ConsentBasis : std::uint8_t { written, verbal, inquiry, relationship };

std::string_view to_string(ConsentBasis);
std::optional<ConsentBasis> parse_consent_basis(std::string_view);

inline constexpr std::size_t max_evidence = 2000;  // characters

struct Consent {
  ConsentId id;
  ContactNumberId phone;
  Channel channel;
  Purpose purpose;
  ConsentStatus status;
  ConsentBasis basis;
  Instant at;                         // when it was given or taken back
  std::optional<Instant> expires_at;  // from then on it is expired
  std::optional<std::string> evidence;
  Instant created_at;
};

/// As far as a decision asks about it.
struct ConsentStanding {
  ConsentStatus status;
  ConsentBasis basis;
  Instant at;
  std::optional<Instant> expires_at;

  bool operator==(ConsentStanding const&) const = default;
};

}  // namespace linebook
