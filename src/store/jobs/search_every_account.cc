#include "store/jobs/search_every_account.h"

#include "app/ports/blocking.h"

namespace linebook {

void search_every_account(Store& store) {
  auto const accounts = read_and_wait(
      store, [](Transaction const& tx) -> Result<std::vector<Account>> { return tx.accounts().list(); });
  if (!accounts) return;           // the first searches will have the same to tell
  ContactNumberFilter any_search;  // builds the account's index
  any_search.primary = true;
  for (auto const& account : *accounts) {
    auto const built = read_and_wait(store, [&](Transaction const& tx) -> Result<void> {
      tx.contact_numbers().list(account.id, any_search, 1, 0);
      return {};
    });
    if (!built) return;
  }
}

}  // namespace linebook
