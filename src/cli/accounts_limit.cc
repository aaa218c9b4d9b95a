#include "app/access/accounts.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

class AccountsLimit final : public Command {
 public:
  explicit AccountsLimit(CLI::App& flags) {
    flags.add_option("name", name_, "The account's name")->required()->type_name("NAME");
    flags
        .add_option("requests", requests_a_minute_,
                    "Requests a minute of all its keys together, on all nodes; 0 for no limit")
        ->required()
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{0}, max_rate_limit));
    flags.add_flag("--json", json_, "Print the account as one JSON object");
  }

  ExitCode run(OperatorSession& session) override {
    auto const ctx = session.context({});
    auto const account = write_and_wait(
        session.store(), [&](Transaction& tx) { return limit_account(tx, ctx, name_, requests_a_minute_); });
    if (!account) return tell(session.console, account.error());
    auto const limit = std::to_string(account->rate_limit);
    session.console.err("the account '" + name_ + "' " +
                        (account->rate_limit == 0 ? "has no limit of its own"
                                                  : "may make " + limit + " requests a minute in all") +
                        "; each key's own limit holds besides\n");
    if (json_) session.console.out(json_line(account_json(*account)));
    return ExitCode::ok;
  }

 private:
  std::string name_;
  std::int64_t requests_a_minute_ = 0;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> accounts_limit(CLI::App& flags) { return std::make_unique<AccountsLimit>(flags); }

}  // namespace linebook
