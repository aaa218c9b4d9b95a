#include <boost/json/array.hpp>
#include <map>

#include "app/access/accounts.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

struct Listing {
  std::vector<ApiKey> keys;
  std::map<AccountId, Account> accounts;
};

class KeysList final : public Command {
 public:
  explicit KeysList(CLI::App& flags) {
    flags.add_flag("--json", json_, "Print one JSON array instead");
    flags.add_option("--account", account_, "Only this account's")->type_name("NAME");
  }

  ExitCode run(OperatorSession& session) override {
    auto listing = read_and_wait(session.store(), [&](Transaction const& tx) -> Result<Listing> {
      if (!account_.empty())
        if (auto account = named_account(tx, account_); !account) return fail(std::move(account.error()));
      Listing all{tx.accounts().list_keys(), {}};
      for (auto& account : tx.accounts().list()) all.accounts.emplace(account.id, account);
      return all;
    });
    if (!listing) return tell(session.console, listing.error());
    boost::json::array rows;
    std::string text;
    auto const now = session.installation.clock.now();
    for (auto const& key : listing->keys) {
      auto const& account = listing->accounts.at(key.account);
      if (!account_.empty() && account.name != account_) continue;
      if (json_)
        rows.push_back(key_json(key, account, now));
      else
        text += key.id.value + "\t" + account.name + "\t" + key.name + "\t" + key.scopes.to_string() + "\t" +
                time_or_dash(key.last_used_at) + "\t" + key_status(key, account.status, now) + "\n";
    }
    session.console.out(json_ ? json_line(rows) : text);
    return ExitCode::ok;
  }

 private:
  bool json_ = false;
  std::string account_;
};

}  // namespace

std::unique_ptr<Command> keys_list(CLI::App& flags) { return std::make_unique<KeysList>(flags); }

}  // namespace linebook
