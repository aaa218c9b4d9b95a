// An embedded installation, opened in this process: the directory locked, the store open, its master key at
// hand. `serve` and the sub-commands that run without a server work on it alike.
#pragma once

#include <memory>
#include <string>

#include "cli/operator_session.h"
#include "keyring/sodium_secrets.h"
#include "linebook/serve.h"
#include "linebook/system_clock.h"
#include "linebook/ulid_ids.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/sqlite_store.h"

namespace linebook {

class EmbeddedInstallation {
 public:
  /// Makes database and master key where there is no database yet. Errors tell what the operator can do: a
  /// master key that is missing or another one, a newer schema, a directory that cannot be written.
  static Result<std::unique_ptr<EmbeddedInstallation>> open(DataDirectory, ServeSettings const&,
                                                            SqliteStoreOptions);

  DataDirectory const& directory() const { return directory_; }
  SqliteStore& store() { return *store_; }
  Clock& clock() { return clock_; }
  Ids& ids() { return ids_; }
  Secrets& secrets() { return *secrets_; }
  Policies const& policies() const { return policies_; }
  /// The same, as sub-commands see it.
  Installation& as_seen_by_operator() { return seen_by_operator_; }

 private:
  EmbeddedInstallation(DataDirectory, ServeSettings const&, std::string master_key_place,
                       std::unique_ptr<SodiumSecrets>, std::unique_ptr<SqliteStore>);

  DataDirectory directory_;
  Policies policies_;
  SystemClock clock_;
  UlidIds ids_;
  std::unique_ptr<SodiumSecrets> secrets_;
  std::unique_ptr<SqliteStore> store_;
  Installation seen_by_operator_;
};

}  // namespace linebook
