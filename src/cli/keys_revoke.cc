#include "app/accounts.h"
#include "app/ports/blocking.h"
#include "cli/command.h"

namespace linebook {
namespace {

class KeysRevoke final : public Command {
 public:
  explicit KeysRevoke(CLI::App& flags) {
    flags.add_option("id", id_, "The key's id, as `keys list` shows it")->required()->type_name("KEY_ID");
  }

  ExitCode run(OperatorSession& session) override {
    auto const ctx = session.context({});
    auto key =
        write_and_wait(session.store(), [&](Transaction& tx) { return revoke_key(tx, ctx, KeyId{id_}); });
    if (!key) return tell(session.console, key.error());
    session.console.err("revoked " + id_ + " (" + key->name + ")\n");
    return ExitCode::ok;
  }

 private:
  std::string id_;
};

}  // namespace

std::unique_ptr<Command> keys_revoke(CLI::App& flags) { return std::make_unique<KeysRevoke>(flags); }

}  // namespace linebook
