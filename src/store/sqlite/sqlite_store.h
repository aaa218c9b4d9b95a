// The embedded store: one SQLite file, durable (every acknowledged write is on disk), one process at a time.
// The caller holds the data directory's lock (store/sqlite/data_directory.h) for as long as the store is
// open.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/ports/backup.h"
#include "app/ports/database_check.h"
#include "app/ports/safekeeping.h"
#include "app/ports/store.h"
#include "store/sqlite/checkpoint_bounds.h"
#include "store/sqlite/replica/replica_options.h"

namespace linebook {

/// How long an unbounded read may run. Two threads serve those of every account.
inline constexpr std::chrono::milliseconds unbounded_read_deadline{5000};

struct SqliteStoreOptions {
  /// Gets the operator's words on failures inside the store. Any thread. Default: a line on stderr.
  std::function<void(std::string_view)> log;
  /// SQLite's VFS by name, empty for its own; tests put one beneath that fails.
  std::string vfs = {};
  std::chrono::milliseconds read_deadline = unbounded_read_deadline;
  CheckpointBounds checkpoint = {};
  std::optional<ReplicaOptions> replica = {};
  /// Gets the names of statements that took that long. Any thread. Zero: none is slow.
  std::function<void(std::string_view)> slow_log = {};
  std::chrono::milliseconds slow_statement{0};
};

class SqliteStore final : public Store, public Backups, public DatabaseChecks, public ReplicaWatch {
 public:
  /// Makes the file where there is none, and brings an older one to this schema. Errors say what the operator
  /// can do: a newer schema, a file that is no database, a directory that cannot be written.
  static Result<std::unique_ptr<SqliteStore>> open(std::string const& path, SqliteStoreOptions = {});

  /// Stops. No call may come from another thread.
  ~SqliteStore() override;

  void write(std::unique_ptr<WriteJob>) override;
  void read(ReadCost, std::unique_ptr<ReadJob>) override;
  std::uint64_t keys_generation() const override;
  KeyChanges key_changes_since(std::uint64_t generation) const override;
  void tell_of_growth(LedgerListener*) override;
  void rest() override;
  void warm_up() override;
  std::optional<std::string> trouble() const override;
  StoreCounters const& counters() const override;
  /// At the end the log is copied over and truncated.
  void stop() override;

  /// The first master key that a database meets is its own for ever; another one is an error.
  /// `fingerprint` as Secrets::fingerprint() tells it. Waits.
  Result<void> claim_for_master_key(std::string const& fingerprint);

  /// Beside running reads and writes; the copy is one file and appears when it is whole. Waits; on any
  /// thread.
  Result<void> copy_to(std::filesystem::path const& file, CopyProgress const&) override;
  /// The database and the request history beside it.
  Result<DatabaseVerdict> check_database(CheckProgress const&) override;

  std::optional<ReplicaReport> replica() const override;

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace linebook
