#include "app/accounts.h"
#include "app/ports/blocking.h"
#include "cli/command.h"

namespace linebook {
namespace {

class AccountsCreate final : public Command {
 public:
  explicit AccountsCreate(CLI::App& flags) {
    flags.add_option("name", name_, "The new account's name")->required()->type_name("NAME");
  }

  Beginning beginning() const override { return Beginning::make; }

  ExitCode run(OperatorSession& session) override {
    auto const ctx = session.context({});
    auto account =
        write_and_wait(session.store(), [&](Transaction& tx) { return create_account(tx, ctx, name_); });
    if (!account) return tell(session.console, account.error());
    session.console.err("made the account '" + name_ +
                        "'; `linebook keys create --account` makes a key for it\n");
    return ExitCode::ok;
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> accounts_create(CLI::App& flags) { return std::make_unique<AccountsCreate>(flags); }

}  // namespace linebook
