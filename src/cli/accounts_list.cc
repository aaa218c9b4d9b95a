#include <boost/json/array.hpp>

#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

class AccountsList final : public Command {
 public:
  explicit AccountsList(CLI::App& flags) { flags.add_flag("--json", json_, "Print one JSON array instead"); }

  ExitCode run(OperatorSession& session) override {
    auto accounts = read_and_wait(session.store(), [](Transaction const& tx) -> Result<std::vector<Account>> {
      return tx.accounts().list();
    });
    if (!accounts) return tell(session.console, accounts.error());
    boost::json::array rows;
    std::string text;
    for (auto const& account : *accounts) {
      if (json_)
        rows.push_back(account_json(account));
      else
        text += account.name + "\t" + std::string(to_string(account.status)) + "\t" +
                to_rfc3339(account.created_at) + "\n";
    }
    session.console.out(json_ ? json_line(rows) : text);
    return ExitCode::ok;
  }

 private:
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> accounts_list(CLI::App& flags) { return std::make_unique<AccountsList>(flags); }

}  // namespace linebook
