#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

struct Listing {
  std::vector<ApiKey> keys;
  std::map<AccountId, Account> accounts;
};

std::string standing(ApiKey const& key, AccountStatus account, Instant now) {
  if (key.revoked_at) return "revoked";
  if (key.expires_at && *key.expires_at <= now) return "expired";
  return account == AccountStatus::suspended ? "suspended" : "active";
}

class KeysList final : public Command {
 public:
  explicit KeysList(CLI::App& flags) {
    flags.add_flag("--json", json_, "Print one JSON array instead");
    flags.add_option("--account", account_, "Only this account's")->type_name("NAME");
  }

  ExitCode run(OperatorSession& session) override {
    auto listing = read_and_wait(session.store(), [](Transaction const& tx) -> Result<Listing> {
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
      auto const status = standing(key, account.status, now);
      if (json_)
        rows.push_back(boost::json::object{{"id", key.id.value},
                                           {"account", account.name},
                                           {"name", key.name},
                                           {"scopes", key.scopes.to_string()},
                                           {"rate_limit", key.rate_limit},
                                           {"status", status},
                                           {"created_at", to_rfc3339(key.created_at)},
                                           {"expires_at", json_time(key.expires_at)},
                                           {"revoked_at", json_time(key.revoked_at)},
                                           {"last_used_at", json_time(key.last_used_at)}});
      else
        text += key.id.value + "\t" + account.name + "\t" + key.name + "\t" + key.scopes.to_string() + "\t" +
                time_or_dash(key.last_used_at) + "\t" + status + "\n";
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
