#include <boost/json/object.hpp>

#include "app/access/accounts.h"
#include "app/access/sessions.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

class ConsoleLink final : public Command {
 public:
  explicit ConsoleLink(CLI::App& flags) {
    auto* account =
        flags.add_option("--account", account_,
                         "Sign in with the key named 'console' of this account; it is made if there "
                         "is none, with every scope but reach:emergency");
    account->type_name("NAME");
    flags.add_option("--key", key_, "Sign in with this key instead, as `keys list` shows it")
        ->type_name("KEY_ID")
        ->excludes(account);
    flags
        .add_option(
            "--url", url_,
            "How the browser reaches the console (default: --public-url, or where the server listens)")
        ->type_name("URL");
    flags.add_flag("--json", json_, "Print one JSON object instead");
  }

  ExitCode run(OperatorSession& session) override {
    auto& console = session.console;
    if (account_.empty() && key_.empty()) {
      console.err("linebook: --account or --key is required\n");
      return ExitCode::usage;
    }
    auto url = url_;
    if (url.empty()) url = session.installation.url;
    if (url.empty()) url = session.installation.policies.public_url;
    if (url.empty())
      return tell(console, {ErrorCode::conflict,
                            "no server runs here, so that nobody knows where the console is: say "
                            "--url, such as "
                            "https://linebook.example.org",
                            {}});
    auto const token = write_and_wait(session.store(), [&](Transaction& tx) { return make(tx, session); });
    if (!token) return tell(console, token.error());
    if (url.ends_with('/')) url.pop_back();
    auto const link = sign_in_url(url, *token);
    if (json_) {
      console.out(json_line(boost::json::object{{"url", link}}));
      return ExitCode::ok;
    }
    console.err("signs in whoever opens it first, within 10 minutes:\n");
    console.out(link + "\n");
    return ExitCode::ok;
  }

 private:
  Result<std::string> make(Transaction& tx, OperatorSession& session) const {
    if (!key_.empty()) return make_sign_in_link(tx, session.context({}), KeyId{key_});
    auto const account = named_account(tx, account_);
    if (!account) return fail(account.error());
    return make_sign_in_link(tx, session.context(account->id));
  }

  std::string account_;
  std::string key_;
  std::string url_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> console_link(CLI::App& flags) { return std::make_unique<ConsoleLink>(flags); }

}  // namespace linebook
