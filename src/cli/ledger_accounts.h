// Whose ledgers a sub-command works on.
#pragma once

#include <string>
#include <vector>

#include "cli/operator_session.h"

namespace linebook {

struct LedgerOwner {
  AccountId account;
  std::string name;
};

/// The account with this name, or, where `name` is empty, the installation's own ledger (the pool's) and
/// every account.
Result<std::vector<LedgerOwner>> ledger_owners(OperatorSession&, std::string const& name);

}  // namespace linebook
