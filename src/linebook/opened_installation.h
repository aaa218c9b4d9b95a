// An installation, opened in this process: its store open, its master key at hand. `serve` and the
// sub-commands that run without a server work on it alike. The one place that knows which stores there are.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/ports/database_server.h"
#include "app/ports/safekeeping.h"
#include "cli/operator_session.h"
#include "keyring/sodium_secrets.h"
#include "linebook/serve.h"
#include "linebook/system_clock.h"
#include "linebook/ulid_ids.h"
#include "lists/list_directory.h"
#include "lists/shared_copies.h"
#include "store/sqlite/data_directory.h"
#include "zones/system_time_zones.h"

namespace linebook {

/// Get the operator's words on failures inside the store (empty: lines on stderr), and on what is slow in it.
/// Any thread.
struct StoreLog {
  std::function<void(std::string_view)> failures;
  std::function<void(std::string_view)> slow_statements =
      {};                                            // names of those that took long; empty: nobody is told
  std::function<void(std::string_view)> lists = {};  // on do-not-call lists; empty: nobody is told
};

class OpenedInstallation {
 public:
  /// The one in a data directory. Makes database and master key where there is no database yet. Errors tell
  /// what the operator can do: a master key that is missing or another one, a newer schema, a directory that
  /// cannot be written.
  static Result<std::unique_ptr<OpenedInstallation>> open_embedded(DataDirectory, ServeSettings const&,
                                                                   StoreLog);
  /// The one in the database that `settings.database` names; the data directory holds only what is this
  /// node's own. The first node makes the master key there, every other must be given the same.
  /// `lock` of a node that serves; others may open the database beside it.
  static Result<std::unique_ptr<OpenedInstallation>> open_postgres(std::optional<DataDirectory> lock,
                                                                   ServeSettings const&, StoreLog);

  std::filesystem::path const& directory() const { return seen_by_operator_.directory; }
  Store& store() { return *parts_.store; }
  DatabaseServer const* database() const { return parts_.database.get(); }  // nothing: embedded
  ReplicaWatch const* replica() const { return parts_.replica.get(); }      // nothing: not embedded
  Clock& clock() { return clock_; }
  Ids& ids() { return ids_; }
  Secrets& secrets() { return *parts_.secrets; }
  Policies const& policies() const { return policies_; }
  SystemTimeZones& time_zones() { return time_zones_; }
  lists::ListDirectory const& do_not_call_lists() const { return *parts_.lists; }
  /// Nothing where the lists are not shared with other nodes.
  lists::SharedCopies* list_copies() { return parts_.list_copies.get(); }
  /// The same, as sub-commands see it.
  Installation& as_seen_by_operator() { return seen_by_operator_; }

 private:
  struct Parts {
    std::optional<DataDirectory> lock;
    std::string master_key_place;
    std::unique_ptr<SodiumSecrets> secrets;
    std::shared_ptr<Backups> backups;  // the store itself, where it can do that
    std::shared_ptr<DatabaseChecks> checks;
    std::shared_ptr<Store> store;
    std::unique_ptr<DatabaseServer> database = nullptr;
    std::shared_ptr<ReplicaWatch const> replica = nullptr;  // likewise the store itself
    std::unique_ptr<lists::ListDirectory> lists;
    std::unique_ptr<lists::SharedCopies> list_copies = nullptr;
    std::unique_ptr<ListDrafts> list_drafts;
  };
  OpenedInstallation(Parts, ServeSettings const&);

  Parts parts_;
  Policies policies_;
  SystemTimeZones time_zones_;
  SystemClock clock_;
  UlidIds ids_;
  Installation seen_by_operator_;
};

}  // namespace linebook
