#include "linebook/embedded_installation.h"

#include <filesystem>

#include "keyring/master_key.h"

namespace linebook {

EmbeddedInstallation::EmbeddedInstallation(DataDirectory directory, ServeSettings const& settings,
                                           std::string master_key_place,
                                           std::unique_ptr<SodiumSecrets> secrets,
                                           std::unique_ptr<SqliteStore> store)
    : directory_(std::move(directory)),
      policies_{settings.number_policy, std::chrono::days(settings.pool_rest_days)},
      secrets_(std::move(secrets)),
      store_(std::move(store)),
      seen_by_operator_{.store = *store_,
                        .clock = clock_,
                        .ids = ids_,
                        .secrets = *secrets_,
                        .policies = policies_,
                        .backups = *store_,
                        .directory = std::filesystem::absolute(directory_.path()),
                        .master_key_place = std::move(master_key_place)} {}

Result<std::unique_ptr<EmbeddedInstallation>> EmbeddedInstallation::open(DataDirectory directory,
                                                                         ServeSettings const& settings,
                                                                         SqliteStoreOptions options) {
  std::error_code ignored;
  bool const has_database = std::filesystem::exists(directory.database(), ignored);
  auto const sources = MasterKeySources::from_environment(directory.path());
  auto key = load_master_key(sources, has_database ? IfAbsent::refuse : IfAbsent::make);
  if (!key) return fail(std::move(key.error()));
  auto secrets = std::make_unique<SodiumSecrets>(*key);
  auto store = SqliteStore::open(directory.database(), std::move(options));
  if (!store) return fail(std::move(store.error()));
  if (auto claimed = (*store)->claim_for_master_key(secrets->fingerprint()); !claimed)
    return fail(std::move(claimed.error()));
  return std::unique_ptr<EmbeddedInstallation>(new EmbeddedInstallation(
      std::move(directory), settings, sources.place(), std::move(secrets), std::move(*store)));
}

}  // namespace linebook
