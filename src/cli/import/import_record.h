// What the ledger, and so whoever follows events, is told when an import is over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/operator_session.h"

namespace linebook {

struct ImportTally {
  std::string_view kind;  // "contacts", "fhir", …
  std::uint64_t added = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t errors = 0;
};

/// An import that changed nothing leaves nothing behind.
Result<void> record_import(OperatorSession&, AccountId, std::string actor, ImportTally const&);

}  // namespace linebook
