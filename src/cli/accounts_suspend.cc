#include "app/accounts.h"
#include "app/ports/blocking.h"
#include "cli/command.h"

namespace linebook {
namespace {

class AccountsSuspend final : public Command {
 public:
  explicit AccountsSuspend(CLI::App& flags) {
    flags.add_option("name", name_, "The account's name")->required()->type_name("NAME");
  }

  ExitCode run(OperatorSession& session) override {
    auto const ctx = session.context({});
    auto account =
        write_and_wait(session.store(), [&](Transaction& tx) { return suspend_account(tx, ctx, name_); });
    if (!account) return tell(session.console, account.error());
    session.console.err("suspended the account '" + name_ + "': none of its keys works any more\n");
    return ExitCode::ok;
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> accounts_suspend(CLI::App& flags) {
  return std::make_unique<AccountsSuspend>(flags);
}

}  // namespace linebook
