#include "app/access/accounts.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

class AccountsSuspend final : public Command {
 public:
  explicit AccountsSuspend(CLI::App& flags) {
    flags.add_option("name", name_, "The account's name")->required()->type_name("NAME");
    flags.add_flag("--json", json_, "Print the account as one JSON object");
  }

  ExitCode run(OperatorSession& session) override {
    auto const ctx = session.context({});
    auto account =
        write_and_wait(session.store(), [&](Transaction& tx) { return suspend_account(tx, ctx, name_); });
    if (!account) return tell(session.console, account.error());
    session.console.err("suspended the account '" + name_ +
                        "': none of its keys works until `linebook accounts resume`\n");
    if (json_) session.console.out(json_line(account_json(*account)));
    return ExitCode::ok;
  }

 private:
  std::string name_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> accounts_suspend(CLI::App& flags) {
  return std::make_unique<AccountsSuspend>(flags);
}

}  // namespace linebook
