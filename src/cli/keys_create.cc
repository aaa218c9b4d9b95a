#include <boost/json/object.hpp>

#include "app/access/accounts.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"
#include "domain/text/short_duration.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds min_lifetime = 1min;
constexpr std::chrono::seconds max_lifetime = 24h * 36'500;

Result<std::chrono::seconds> parse_lifetime(std::string const& text) {
  auto const lifetime = parse_short_duration(text);
  if (!lifetime || *lifetime < min_lifetime || *lifetime > max_lifetime)
    return fail(ErrorCode::validation_error,
                "--expires must be a number of minutes, hours, days or weeks, such as 30m, 12h, 90d or 4w");
  return *lifetime;
}

ExitCode misused(Console& console, Error const& error) {
  tell(console, error);
  return ExitCode::usage;
}

class KeysCreate final : public Command {
 public:
  explicit KeysCreate(CLI::App& flags) {
    flags.add_option("--account", account_, "Whose key; the account is made if it is new")
        ->required()
        ->type_name("NAME");
    flags.add_option("--name", name_, "What the key is for")->required()->type_name("NAME");
    flags
        .add_option("--scopes", scopes_,
                    "Comma-separated: lines:read, lines:write, contacts:read, contacts:write, events:read, "
                    "audit:read, admin, reach:read, reach:write, reach:emergency (default: all but the last, "
                    "which is given only when named)")
        ->type_name("a,b");
    flags.add_option("--rate-limit", rate_limit_, "Requests a minute, 0 for none")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{0}, max_rate_limit))
        ->capture_default_str();
    flags.add_option("--expires", expires_, "Lifetime, such as 90d (default: for ever)")->type_name("TIME");
    flags.add_flag("--json", json_, "Print one JSON object instead");
  }

  Beginning beginning() const override { return Beginning::make; }

  ExitCode run(OperatorSession& session) override {
    auto& console = session.console;
    CreateKey command{.name = name_, .scopes = Scopes::all(), .rate_limit = rate_limit_, .expires_at = {}};
    if (!scopes_.empty()) {
      auto scopes = Scopes::parse(scopes_);
      if (!scopes) return misused(console, scopes.error());
      command.scopes = *scopes;
    }
    auto ctx = session.context({});
    if (!expires_.empty()) {
      auto lifetime = parse_lifetime(expires_);
      if (!lifetime) return misused(console, lifetime.error());
      command.expires_at = ctx.now + *lifetime;
    }
    auto made = write_and_wait(session.store(), [&](Transaction& tx) { return make(tx, ctx, command); });
    if (!made) return tell(console, made.error());
    print(console, *made);
    return ExitCode::ok;
  }

 private:
  struct Made {
    NewKey key;
    bool new_account;
  };

  /// The key is checked before the account is made, so that an error leaves nothing behind.
  Result<Made> make(Transaction& tx, Context const& ctx, CreateKey const& command) const {
    auto own = ctx;
    auto known = tx.accounts().find_by_name(account_);
    if (known) {
      own.account = known->id;
    } else {
      if (auto problem = check_key(ctx.now, command)) return fail(std::move(*problem));
      auto created = create_account(tx, ctx, account_);
      if (!created) return fail(std::move(created.error()));
      own.account = created->id;
    }
    auto key = create_key(tx, own, command);
    if (!key) return fail(std::move(key.error()));
    return Made{std::move(*key), !known};
  }

  void print(Console& console, Made const& made) const {
    auto const& key = made.key.key;
    if (made.new_account) console.err("made the account '" + account_ + "'\n");
    if (json_) {
      console.out(json_line(boost::json::object{{"id", key.id.value},
                                                {"account", account_},
                                                {"name", key.name},
                                                {"scopes", key.scopes.to_string()},
                                                {"rate_limit", key.rate_limit},
                                                {"expires_at", json_time(key.expires_at)},
                                                {"token", made.key.token}}));
      return;
    }
    console.err("made the key " + key.id.value + " (" + key.scopes.to_string() +
                "); keep its token, it is shown " + "only this once:\n");
    console.out(made.key.token + "\n");
  }

  std::string account_;
  std::string name_;
  std::string scopes_;
  std::string expires_;
  std::int64_t rate_limit_ = default_rate_limit;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> keys_create(CLI::App& flags) { return std::make_unique<KeysCreate>(flags); }

}  // namespace linebook
