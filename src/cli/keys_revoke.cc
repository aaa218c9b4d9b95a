#include "app/access/accounts.h"
#include "cli/change_of_one.h"
#include "cli/print.h"

namespace linebook {
namespace {

Result<ChangeOfOne::Done> revoke(Transaction& tx, Context const& ctx, std::string const& id) {
  auto const key = revoke_key(tx, ctx, KeyId{id});
  if (!key) return fail(key.error());
  auto const account = tx.accounts().find(key->account);
  return ChangeOfOne::Done{"revoked " + id + " (" + key->name + ")",
                           key_json(*key, account.value_or(Account{}), ctx.now)};
}

}  // namespace

std::unique_ptr<Command> keys_revoke(CLI::App& flags) {
  return change_of_one(flags, {.argument = "id",
                               .argument_help = "The key's id, as `keys list` shows it",
                               .argument_type = "KEY_ID",
                               .json_help = "Print the key as one JSON object",
                               .change = revoke});
}

}  // namespace linebook
