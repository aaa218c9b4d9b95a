#include "domain/reach/consent_rule.h"

#include <algorithm>

#include "domain/reach/reason_messages.h"

namespace linebook {
namespace {

/// Being in the book with that number is consent to care and service, until it is taken back.
void look_at_implied(EntryFacts const& entry, Instant at, ConsentFindings& found) {
  if (!entry.consent) return;
  auto const& consent = *entry.consent;
  if (consent.status == ConsentStatus::revoked) {
    found.revoked_at = consent.at;
  } else if (consent.expires_at) {
    // Given in the future, it cannot end before it has begun.
    auto const ends = std::max(consent.at, *consent.expires_at);
    if (ends <= at)
      found.expired_at = *consent.expires_at;
    else
      found.holds_until = std::min(found.holds_until, ends);
  }
}

/// Is it written consent in force? Else one thing that is wrong with it goes into `found`.
bool look_at_written(EntryFacts const& entry, ContactFacts const& facts, ConsentFindings& found) {
  if (!entry.consent || (entry.consent->status == ConsentStatus::granted && entry.consent->at > facts.at)) {
    found.missing = needs_written_consent(facts.channel, std::nullopt);
    return false;
  }
  auto const& consent = *entry.consent;
  if (consent.status == ConsentStatus::revoked) {
    found.revoked_at = consent.at;
  } else if (consent.expires_at && *consent.expires_at <= facts.at) {
    found.expired_at = *consent.expires_at;
  } else if (consent.basis != ConsentBasis::written) {
    found.missing = needs_written_consent(facts.channel, consent.basis);
  } else {
    if (consent.expires_at) found.holds_until = std::min(found.holds_until, *consent.expires_at);
    return true;
  }
  return false;
}

}  // namespace

ConsentFindings find_consent(ContactFacts const& facts) {
  ConsentFindings found;
  if (!is_our_wish(facts.purpose)) return found;
  if (facts.entries.empty()) {
    found.missing = "the number is in nobody's book, so nobody is known to agree";
    return found;
  }
  if (facts.purpose != Purpose::marketing) {
    for (auto const& entry : facts.entries) look_at_implied(entry, facts.at, found);
    return found;
  }
  found.written_in_force = true;
  for (auto const& entry : facts.entries)
    if (!look_at_written(entry, facts, found)) found.written_in_force = false;
  return found;
}

}  // namespace linebook
