// A decision as it is kept and told: what was asked, about whom, and the verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/contacts/person.h"
#include "domain/reach/decision.h"
#include "domain/reach/decision_id.h"

namespace linebook {

/// How long decisions are kept.
inline constexpr std::chrono::days decisions_kept{5 * 365 + 2};  // five years, leap days included

struct DecidedPerson {
  PersonRef ref;
  std::string name;

  bool operator==(DecidedPerson const&) const = default;
};

struct Decision {
  std::optional<DecisionId> id = {};  // nothing: a forecast or a preview, which is not kept
  Channel channel;
  Purpose purpose;
  Voice voice = Voice::artificial;
  TenDigits number;
  std::optional<ContactNumberId> phone = {};  // where an entry was asked about
  std::optional<LineId> line = {};
  std::vector<DecidedPerson> people = {};
  Instant at{};
  Verdict verdict = {};
  std::int64_t policy_version = 1;
  std::string actor = {};  // the API key's id
  std::string request_id = {};
};

}  // namespace linebook
