// What people agreed to, or took back. (Spec: Consents.)
#pragma once

#include <optional>
#include <string>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"

namespace linebook {

struct AddConsent {
  std::optional<ContactNumberId> phone;
  std::optional<Channel> channel;
  std::optional<Purpose> purpose;
  std::optional<ConsentStatus> status;
  std::optional<ConsentBasis> basis;
  std::optional<Instant> at = {};  // nothing: now
  std::optional<Instant> expires_at = {};
  std::optional<std::string> evidence = {};
  Problems problems = {};
};

/// not_found for an unknown number. The latest by `at` counts, whenever it was added.
Result<Consent> add_consent(Transaction&, Context const&, AddConsent const&);

}  // namespace linebook
