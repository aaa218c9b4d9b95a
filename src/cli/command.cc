#include "cli/command.h"

#include "app/access/accounts.h"
#include "app/ports/blocking.h"

namespace linebook {

ExitCode tell(Console& console, Error const& error) {
  std::string text = "linebook: " + error.message + "\n";
  // A validation error's message is its first detail.
  for (std::size_t i = error.code == ErrorCode::validation_error ? 1 : 0; i < error.details.size(); ++i)
    text += "  " + error.details[i].field + " " + error.details[i].message + "\n";
  console.err(text);
  return ExitCode::failed;
}

Result<Account> account_of(OperatorSession& session, std::string const& name) {
  return read_and_wait(session.store(), [&](Transaction const& tx) { return named_account(tx, name); });
}

}  // namespace linebook
