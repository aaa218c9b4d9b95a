#include "app/access/accounts.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

class KeysRevoke final : public Command {
 public:
  explicit KeysRevoke(CLI::App& flags) {
    flags.add_option("id", id_, "The key's id, as `keys list` shows it")->required()->type_name("KEY_ID");
    flags.add_flag("--json", json_, "Print the key as one JSON object");
  }

  ExitCode run(OperatorSession& session) override {
    auto const ctx = session.context({});
    auto revoked = write_and_wait(session.store(), [&](Transaction& tx) -> Result<Revoked> {
      auto key = revoke_key(tx, ctx, KeyId{id_});
      if (!key) return fail(std::move(key.error()));
      auto account = tx.accounts().find(key->account);
      return Revoked{std::move(*key), account.value_or(Account{})};
    });
    if (!revoked) return tell(session.console, revoked.error());
    session.console.err("revoked " + id_ + " (" + revoked->key.name + ")\n");
    if (json_) session.console.out(json_line(key_json(revoked->key, revoked->account, ctx.now)));
    return ExitCode::ok;
  }

 private:
  struct Revoked {
    ApiKey key;
    Account account;
  };

  std::string id_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> keys_revoke(CLI::App& flags) { return std::make_unique<KeysRevoke>(flags); }

}  // namespace linebook
