#include "app/access/accounts.h"
#include "cli/change_of_one.h"
#include "cli/print.h"

namespace linebook {
namespace {

Result<ChangeOfOne::Done> create(Transaction& tx, Context const& ctx, std::string const& name) {
  auto const account = create_account(tx, ctx, name);
  if (!account) return fail(account.error());
  return ChangeOfOne::Done{
      "made the account '" + name + "'; `linebook keys create --account` makes a key for it",
      account_json(*account)};
}

}  // namespace

std::unique_ptr<Command> accounts_create(CLI::App& flags) {
  return change_of_one(flags, {.argument = "name",
                               .argument_help = "The new account's name",
                               .argument_type = "NAME",
                               .json_help = "Print the account as one JSON object",
                               .change = create,
                               .beginning = Beginning::make});
}

}  // namespace linebook
