#include "store/sqlite/sqlite_store.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "app/ports/blocking.h"
#include "base/data_directory_files.h"
#include "store/jobs/search_every_account.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/check.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/writer.h"

namespace linebook {

using namespace sqlite;

struct SqliteStore::Parts {
  Parts(std::string file, SqliteStoreOptions options, std::unique_ptr<Connection> writing)
      : path(std::move(file)),
        vfs(options.vfs),
        log(std::move(options.log)),
        replica(options.replica ? std::make_unique<Replica>(std::move(*options.replica), path, vfs, log)
                                : nullptr),
        slow(options.slow_statement, std::move(options.slow_log)),
        readers(path, vfs, options.read_deadline, sequence, indexes, counters, log, slow),
        writer(watched(std::move(writing)), options.checkpoint, sequence, indexes, readers, counters,
               replica.get(), log) {}

  ~Parts() { stop(); }

  // Everybody stops before the log is copied over: whoever is answered may still hand over work, and is told
  // no.
  void stop() {
    writer.stop();
    readers.stop();
    if (replica) replica->stop();
    writer.close();
  }

  std::unique_ptr<Connection> watched(std::unique_ptr<Connection> db) const {
    db->watch_slowness(&slow);
    return db;
  }

  std::string const path;
  std::string const vfs;
  FailureLog const log;
  std::unique_ptr<Replica> const replica;
  SlowStatements const slow;
  CommitSequence sequence;
  DigitIndexes indexes;
  StoreCounters counters;
  Readers readers;
  Writer writer;
};

namespace {

constexpr Statement insert_fingerprint{
    "insert_fingerprint",
    "INSERT INTO installation (name, value) VALUES ('master_key_fingerprint', ?1) ON CONFLICT DO NOTHING"};
constexpr Statement kept_fingerprint{"kept_fingerprint",
                                     "SELECT value FROM installation WHERE name = 'master_key_fingerprint'"};

void print_store_line(std::string_view message) { fmt::print(stderr, "linebook: store: {}\n", message); }

int refuse_ledger_changes(void*, int action, char const* table, char const*, char const*, char const*) {
  bool const changes = action == SQLITE_UPDATE || action == SQLITE_DELETE;
  bool const is_ledger =
      changes && std::string_view(table).starts_with("ledger") && std::string_view(table) != "ledger_heads";
  return is_ledger ? SQLITE_DENY : SQLITE_OK;
}

/// The ledger's triggers stop whoever else opens the file. Here they would cost each entry a copy of every
/// page that it touches (a statement with a trigger must be able to undo itself alone), so this connection
/// refuses when a statement is prepared instead; that none of them says REPLACE is plain to see in ledger.cc.
void guard_ledger_without_triggers(Connection& db) {
  sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_set_authorizer(db.handle(), refuse_ledger_changes, nullptr);
}

std::unique_ptr<Connection> open_for_writing(std::string const& path, SqliteStoreOptions const& options) {
  auto db = std::make_unique<Connection>(path, Access::read_write, options.vfs);
  db->execute("PRAGMA journal_mode = WAL");
  db->execute("PRAGMA synchronous = FULL");
  db->execute("PRAGMA foreign_keys = ON");
  // Freed pages need no overwriting: the ledger tells for ever what a deleted row held.
  db->execute("PRAGMA secure_delete = OFF");
  // A log that once grew is cut back when it starts over.
  db->execute(fmt::format("PRAGMA journal_size_limit = {}", options.checkpoint.busy_pages * 2 * 4096));
  migrate(*db, all_migrations());
  guard_ledger_without_triggers(*db);
  return db;
}

std::string why_not_opened(std::string const& path, char const* reason) {
  return fmt::format("cannot open the database {}: {}", path, reason);
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(std::string const& path, SqliteStoreOptions options) {
  if (!options.log) options.log = print_store_line;
  try {
    auto db = open_for_writing(path, options);
    auto const entries = db->integer("SELECT coalesce(sum(last_sequence), 0) FROM ledger_heads");
    auto parts = std::make_unique<Parts>(path, std::move(options), std::move(db));
    parts->counters.ledger_entries = entries;
    if (parts->replica)
      if (auto ready = parts->replica->wait_until_ready(); !ready) return fail(std::move(ready.error()));
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
  } catch (std::exception const& e) {
    return fail(ErrorCode::unavailable, why_not_opened(path, e.what()));
  }
}

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

void SqliteStore::write(std::unique_ptr<WriteJob> job) { parts_->writer.queue(std::move(job)); }

void SqliteStore::read(ReadCost cost, std::unique_ptr<ReadJob> job) {
  switch (cost) {
    case ReadCost::bounded:
      return parts_->readers.run_here(std::move(job));
    case ReadCost::unbounded:
      return parts_->readers.queue(std::move(job));
    case ReadCost::long_walk:
      return parts_->readers.walk_here(*job);
  }
}

std::uint64_t SqliteStore::keys_generation() const { return parts_->sequence.key_changes.generation(); }

KeyChanges SqliteStore::key_changes_since(std::uint64_t generation) const {
  return parts_->sequence.key_changes.since(generation);
}

void SqliteStore::tell_of_growth(LedgerListener* listener) { parts_->sequence.ledger_news.tell(listener); }

void SqliteStore::rest() { parts_->readers.rest(); }

void SqliteStore::warm_up() { search_every_account(*this); }

std::optional<std::string> SqliteStore::trouble() const { return parts_->writer.trouble(); }

StoreCounters const& SqliteStore::counters() const { return parts_->counters; }

void SqliteStore::stop() { parts_->stop(); }

Result<void> SqliteStore::claim_for_master_key(std::string const& fingerprint) {
  return write_and_wait(*this, [&](Transaction& transaction) -> Result<void> {
    auto& db = connection_of(transaction);
    Query(db, insert_fingerprint, fingerprint).run();
    Query kept(db, kept_fingerprint);
    if (kept.next() && kept.get<std::string_view>(0) == fingerprint) return {};
    return fail(another_master_key());
  });
}

Result<void> SqliteStore::copy_to(std::filesystem::path const& file, CopyProgress const& progress) {
  return copy_database(parts_->path, parts_->vfs, file, progress);
}

Result<DatabaseVerdict> SqliteStore::check_database(CheckProgress const& progress) {
  std::filesystem::path const database = parts_->path;
  return check_files({database, database.parent_path() / request_history_file_name}, parts_->vfs, progress);
}

std::optional<ReplicaReport> SqliteStore::replica() const {
  return parts_->replica ? std::optional(parts_->replica->report()) : std::nullopt;
}

}  // namespace linebook
