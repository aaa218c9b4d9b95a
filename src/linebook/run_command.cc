#include "linebook/run_command.h"

#include <filesystem>

#include "app/ledger_seals.h"
#include "cli/operator_client.h"
#include "keyring/sodium_secrets.h"
#include "linebook/system_clock.h"
#include "linebook/ulid_ids.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/sqlite_store.h"

namespace linebook {
namespace {

bool has_database(std::string const& data) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::path(data) / "linebook.db", ignored);
}

/// Opens the store in this process. The directory is locked.
ExitCode run_here(Command& command, DataDirectory const& directory, ServeSettings const& settings,
                  Console& console) {
  auto const sources = MasterKeySources::from_environment(directory.path());
  auto key = load_master_key(sources, has_database(directory.path()) ? IfAbsent::refuse : IfAbsent::make);
  if (!key) return tell(console, key.error());
  SodiumSecrets secrets(*key);
  auto store = SqliteStore::open(directory.database());
  if (!store) return tell(console, store.error());
  if (auto claimed = (*store)->claim_for_master_key(secrets.fingerprint()); !claimed)
    return tell(console, claimed.error());

  SystemClock clock;
  UlidIds ids;
  Policies const policies{settings.number_policy, std::chrono::days(settings.pool_rest_days)};
  Installation installation{.store = **store,
                            .clock = clock,
                            .ids = ids,
                            .secrets = secrets,
                            .policies = policies,
                            .backups = **store,
                            .directory = std::filesystem::absolute(directory.path()),
                            .master_key_place = sources.place()};
  OperatorSession session{installation, console};
  auto const code = command.run(session);
  // No server is there to seal what the command wrote.
  if (auto sealed = seal_all(**store, secrets); !sealed) return tell(console, sealed.error());
  return code;
}

}  // namespace

ExitCode run_command(Command& command, std::vector<std::string> const& arguments,
                     ServeSettings const& settings, Console& console) {
  if (command.beginning() == Beginning::refuse && !has_database(settings.data)) {
    console.err("linebook: there is no installation in " + settings.data +
                " (--data); `linebook serve --data " + settings.data +
                "` or `linebook keys create` makes one\n");
    return ExitCode::failed;
  }
  auto directory = DataDirectory::lock(settings.data);
  if (directory) return run_here(command, *directory, settings, console);
  if (directory.error().code != ErrorCode::conflict) return tell(console, directory.error());
  return run_in_server(settings.data, arguments, command.files(), console);
}

}  // namespace linebook
