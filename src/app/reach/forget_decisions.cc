#include "app/reach/forget_decisions.h"

#include "app/ledger/seals.h"
#include "app/ports/blocking.h"

namespace linebook {
namespace {

/// One run of an account; false where none is due.
Result<bool> forget_run(Store& store, Secrets const& secrets, AccountId account, Instant before) {
  auto const due = [&](Transaction const& tx) { return tx.decisions().due_to_be_forgotten(account, before); };
  auto any = read_and_wait(
      store, [&](Transaction const& tx) -> Result<bool> { return due(tx).has_value(); }, ReadCost::long_walk);
  if (!any || !*any) return any;
  return write_and_wait(store, [&](Transaction& tx) -> Result<bool> {
    auto const up_to = due(tx);
    if (up_to) tx.decisions().forget(account, {*up_to, forgotten_mac(account, *up_to, secrets)});
    return up_to.has_value();
  });
}

}  // namespace

Result<std::int64_t> forget_old_decisions(Store& store, Secrets const& secrets, Instant now) {
  auto accounts = read_and_wait(store, [](Transaction const& tx) -> Result<std::vector<AccountId>> {
    return tx.decisions().accounts();
  });
  if (!accounts) return fail(std::move(accounts.error()));
  std::int64_t runs = 0;
  for (auto const account : *accounts) {
    for (;;) {
      auto forgotten = forget_run(store, secrets, account, now - decisions_kept);
      if (!forgotten) return fail(std::move(forgotten.error()));
      if (!*forgotten) break;
      ++runs;
    }
  }
  return runs;
}

}  // namespace linebook
