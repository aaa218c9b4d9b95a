// What consent a contact needs, and whether those who are reached gave it. (Spec: Decisions, the second
// table.)
#pragma once

#include <string>

#include "domain/reach/decision.h"

namespace linebook {

struct ConsentFindings {
  std::string missing;  // why it is no_consent, in words; empty: it is not
  std::optional<Instant> expired_at;
  std::optional<Instant> revoked_at;
  /// Everybody reached gave it in writing, and it holds.
  bool written_in_force = false;
  /// What is in force holds until then, as far as it is known.
  Instant holds_until = {.milliseconds = INT64_MAX};

  bool stands_in_the_way() const { return !missing.empty() || expired_at || revoked_at; }
};

/// For care, service and marketing; the other purposes ask for no consent.
ConsentFindings find_consent(ContactFacts const&);

}  // namespace linebook
