#include "app/access/accounts.h"
#include "app/lines/rotate_secrets.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

class SecretsRotate final : public Command {
 public:
  explicit SecretsRotate(CLI::App& flags) {
    flags.add_option("--account", account_, "Only this account's (default: every account's)")
        ->type_name("NAME");
    flags.add_flag("--json", json_, "Print what was done as one JSON object");
  }

  ExitCode run(OperatorSession& session) override {
    auto accounts =
        read_and_wait(session.store(), [&](Transaction const& tx) -> Result<std::vector<Account>> {
          if (account_.empty()) return tx.accounts().list();
          auto account = named_account(tx, account_);
          if (!account) return fail(std::move(account.error()));
          return std::vector{std::move(*account)};
        });
    if (!accounts) return tell(session.console, accounts.error());
    std::int64_t secrets = 0;
    for (auto const& account : *accounts) {
      auto const ctx = session.context(account.id);
      auto rotated =
          write_and_wait(session.store(), [&](Transaction& tx) { return rotate_secrets(tx, ctx); });
      if (!rotated) return tell(session.console, rotated.error());
      secrets += *rotated;
    }
    auto const count = static_cast<std::int64_t>(accounts->size());
    session.console.err("made new data keys for " + std::to_string(count) + " accounts and sealed " +
                        std::to_string(secrets) + " secrets anew; the master key stays\n");
    if (json_) session.console.out(json_line(boost::json::object{{"accounts", count}, {"secrets", secrets}}));
    return ExitCode::ok;
  }

 private:
  std::string account_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> secrets_rotate(CLI::App& flags) { return std::make_unique<SecretsRotate>(flags); }

}  // namespace linebook
