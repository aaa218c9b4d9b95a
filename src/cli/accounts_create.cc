#include "app/access/accounts.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

class AccountsCreate final : public Command {
 public:
  explicit AccountsCreate(CLI::App& flags) {
    flags.add_option("name", name_, "The new account's name")->required()->type_name("NAME");
    flags.add_flag("--json", json_, "Print the account as one JSON object");
  }

  Beginning beginning() const override { return Beginning::make; }

  ExitCode run(OperatorSession& session) override {
    auto const ctx = session.context({});
    auto account =
        write_and_wait(session.store(), [&](Transaction& tx) { return create_account(tx, ctx, name_); });
    if (!account) return tell(session.console, account.error());
    session.console.err("made the account '" + name_ +
                        "'; `linebook keys create --account` makes a key for it\n");
    if (json_) session.console.out(json_line(account_json(*account)));
    return ExitCode::ok;
  }

 private:
  std::string name_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> accounts_create(CLI::App& flags) { return std::make_unique<AccountsCreate>(flags); }

}  // namespace linebook
