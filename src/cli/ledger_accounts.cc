#include "cli/ledger_accounts.h"

#include "app/access/accounts.h"
#include "app/ports/blocking.h"

namespace linebook {

Result<std::vector<LedgerOwner>> ledger_owners(OperatorSession& session, std::string const& name) {
  return read_and_wait(session.store(), [&](Transaction const& tx) -> Result<std::vector<LedgerOwner>> {
    std::vector<LedgerOwner> owners;
    if (!name.empty()) {
      auto account = named_account(tx, name);
      if (!account) return fail(std::move(account.error()));
      owners.push_back({account->id, account->name});
      return owners;
    }
    owners.push_back({installation_account, "(installation)"});
    for (auto const& account : tx.accounts().list()) owners.push_back({account.id, account.name});
    return owners;
  });
}

}  // namespace linebook
