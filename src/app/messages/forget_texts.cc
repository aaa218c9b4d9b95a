#include "app/messages/forget_texts.h"

#include "app/ports/blocking.h"

namespace linebook {
namespace {

constexpr std::int64_t texts_forgotten_at_once = 500;

Result<std::int64_t> forget_some(Store& store, AccountId account, Instant now) {
  return write_and_wait(store, [&](Transaction& tx) -> Result<std::int64_t> {
    auto const policy = tx.contact_policies().find(account).value_or(ContactPolicy::defaults());
    return tx.messages().forget_texts(account, now - std::chrono::days(policy.texts_kept_days),
                                      texts_forgotten_at_once);
  });
}

}  // namespace

Result<std::int64_t> forget_old_texts(Store& store, Instant now) {
  auto const accounts = read_and_wait(
      store, [](Transaction const& tx) -> Result<std::vector<Account>> { return tx.accounts().list(); });
  if (!accounts) return fail(accounts.error());
  std::int64_t all = 0;
  for (auto const& account : *accounts) {
    for (Result<std::int64_t> some = texts_forgotten_at_once; some == texts_forgotten_at_once; all += *some) {
      some = forget_some(store, account.id, now);
      if (!some) return some;
    }
  }
  return all;
}

}  // namespace linebook
