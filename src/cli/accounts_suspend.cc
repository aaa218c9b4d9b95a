// accounts suspend, and accounts resume which undoes it.
#include "app/access/accounts.h"
#include "cli/change_of_one.h"
#include "cli/print.h"

namespace linebook {
namespace {

Result<ChangeOfOne::Done> suspend(Transaction& tx, Context const& ctx, std::string const& name) {
  auto const account = suspend_account(tx, ctx, name);
  if (!account) return fail(account.error());
  return ChangeOfOne::Done{
      "suspended the account '" + name + "': none of its keys works until `linebook accounts resume`",
      account_json(*account)};
}

Result<ChangeOfOne::Done> resume(Transaction& tx, Context const& ctx, std::string const& name) {
  auto const account = resume_account(tx, ctx, name);
  if (!account) return fail(account.error());
  return ChangeOfOne::Done{"resumed the account '" + name + "': its keys work again", account_json(*account)};
}

ChangeOfOne of_account(Result<ChangeOfOne::Done> (*change)(Transaction&, Context const&,
                                                           std::string const&)) {
  return {.argument = "name",
          .argument_help = "The account's name",
          .argument_type = "NAME",
          .json_help = "Print the account as one JSON object",
          .change = change};
}

}  // namespace

std::unique_ptr<Command> accounts_suspend(CLI::App& flags) {
  return change_of_one(flags, of_account(suspend));
}
std::unique_ptr<Command> accounts_resume(CLI::App& flags) { return change_of_one(flags, of_account(resume)); }

}  // namespace linebook
