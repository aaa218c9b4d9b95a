#include "linebook/opened_installation.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/data_directory_files.h"
#include "keyring/master_key.h"
#include "lists/own_drafts.h"
#include "lists/shared_drafts.h"
#include "store/postgres/postgres_store.h"
#include "store/sqlite/check.h"
#include "store/sqlite/sqlite_store.h"

namespace linebook {
namespace {

/// PostgreSQL has ways of its own, which know of replicas and of its other databases.
class PostgresBackups final : public Backups {
 public:
  Result<void> copy_to(std::filesystem::path const&, CopyProgress const&) override {
    return fail(ErrorCode::conflict,
                "this installation is on PostgreSQL: back it up with pg_dump, or with base backups and WAL "
                "archiving (docs/SCALING.md)");
  }
};

/// The database that all nodes share, and this node's own request history.
class NodeChecks final : public DatabaseChecks {
 public:
  NodeChecks(std::shared_ptr<PostgresStore> store, std::string const& data)
      : store_(std::move(store)), requests_(std::filesystem::path(data) / request_history_file_name) {}

  Result<DatabaseVerdict> check_database(CheckProgress const& progress) override {
    auto own = sqlite::check_files({requests_}, {}, {});
    auto verdict = store_->check_database(progress);
    if (!verdict) return verdict;
    std::ranges::move(own.faults, std::back_inserter(verdict->faults));
    std::ranges::move(own.checked, std::back_inserter(verdict->checked));
    return verdict;
  }

 private:
  std::shared_ptr<PostgresStore> store_;
  std::filesystem::path requests_;
};

class PostgresServer final : public DatabaseServer {
 public:
  PostgresServer(std::shared_ptr<PostgresStore const> store, std::int64_t connections)
      : store_(std::move(store)), connections_(connections) {}

  DatabaseReport report() const override {
    auto const& c = store_->postgres_counters();
    DatabaseReport report{.schema_version = store_->schema_version(),
                          .connections = connections_,
                          .connections_in_use = c.connections_in_use,
                          .connections_opened = c.connections_opened,
                          .connection_failures = c.connection_failures,
                          .pool_waits = c.pool_waits,
                          .pool_wait_microseconds = c.pool_wait_microseconds,
                          .round_trips = c.round_trips,
                          .retries = c.retries,
                          .jobs_run_apart = c.jobs_run_apart,
                          .commits_looked_up = c.commits_looked_up,
                          .statements = {}};
    for (auto const& s : store_->statement_counts())
      report.statements.push_back({s.name, s.calls, s.microseconds});
    return report;
  }

 private:
  std::shared_ptr<PostgresStore const> store_;
  std::int64_t connections_;
};

Error key_missing(MasterKeySources const& sources) {
  return {ErrorCode::unavailable,
          "this database belongs to an installation, and its master key is not here (" + sources.place() +
              "): give this node the key of the others as LINEBOOK_MASTER_KEY or LINEBOOK_MASTER_KEY_FILE",
          {}};
}

/// A node's directory says whose it is: an embedded database there would hide that another one is meant.
void leave_note(std::filesystem::path const& directory, std::string const& place) {
  std::ofstream(directory / postgres_note_name) << place << "\n";  // for the operator: best effort
}

Error belongs_to_node(std::filesystem::path const& note) {
  std::string place;
  std::getline(std::ifstream(note), place);
  return {ErrorCode::conflict,
          "the data directory belongs to a node on PostgreSQL (" + place +
              "): name its database with --database, or use another directory",
          {}};
}

std::unique_ptr<lists::ListDirectory> lists_in(std::string const& data, StoreLog const& log) {
  return std::make_unique<lists::ListDirectory>(std::filesystem::absolute(data) / lists::lists_directory_name,
                                                log.lists);
}

bool has_key(MasterKeySources const& sources) {
  std::error_code ignored;
  return sources.text || sources.file || std::filesystem::exists(sources.own_file, ignored);
}

ReplicaOptions replica_options(ServeSettings const& settings, std::string fingerprint) {
  ReplicaOptions options;
  options.path = settings.replica_dir;
  options.is_sync = settings.replica_sync;
  options.keep = settings.replica_keep;
  options.installation = std::move(fingerprint);
  options.open = [path = settings.replica_dir](sqlite::ReplicaUse use) {
    return sqlite::open_replica_directory(path, use);
  };
  options.now = [] { return SystemClock().now(); };
  return options;
}

Policies policies_of(ServeSettings const& settings) {
  Policies policies{
      .number_policy = settings.number_policy,
      .related_numbers = settings.related_numbers ? RelatedNumbers::taken : RelatedNumbers::left_out,
      .pool_rest = std::chrono::days(settings.pool_rest_days),
      .public_url = settings.public_url,
      .simulator = settings.demo};
  if (!settings.twilio_account_sid.empty() && !settings.twilio_auth_token.empty())
    policies.operator_twilio = {settings.twilio_account_sid, settings.twilio_auth_token};
  return policies;
}

}  // namespace

OpenedInstallation::OpenedInstallation(Parts parts, ServeSettings const& settings)
    : parts_(std::move(parts)),
      policies_(policies_of(settings)),
      seen_by_operator_{.store = *parts_.store,
                        .clock = clock_,
                        .ids = ids_,
                        .secrets = *parts_.secrets,
                        .policies = policies_,
                        .time_zones = time_zones_,
                        .backups = *parts_.backups,
                        .checks = *parts_.checks,
                        .lists = *parts_.lists,
                        .list_drafts = *parts_.list_drafts,
                        .directory = std::filesystem::absolute(settings.data),
                        .master_key_place = parts_.master_key_place} {}

Result<std::unique_ptr<OpenedInstallation>> OpenedInstallation::open_embedded(DataDirectory directory,
                                                                              ServeSettings const& settings,
                                                                              StoreLog log) {
  std::error_code ignored;
  bool const has_database = std::filesystem::exists(directory.database(), ignored);
  auto const note = std::filesystem::path(directory.path()) / postgres_note_name;
  if (!has_database && std::filesystem::exists(note, ignored)) return fail(belongs_to_node(note));
  auto const sources = MasterKeySources::from_environment(directory.path(), settings.master_key_file);
  auto key = load_master_key(sources, has_database ? IfAbsent::refuse : IfAbsent::make);
  if (!key) return fail(std::move(key.error()));
  auto secrets = std::make_unique<SodiumSecrets>(*key);
  SqliteStoreOptions options;
  options.log = std::move(log.failures);
  if (!settings.replica_dir.empty()) options.replica = replica_options(settings, secrets->fingerprint());
  options.slow_log = std::move(log.slow_statements);
  options.slow_statement = settings.slow_statement;
  auto opened = SqliteStore::open(directory.database(), std::move(options));
  if (!opened) return fail(std::move(opened.error()));
  std::shared_ptr<SqliteStore> const store = std::move(*opened);
  if (auto claimed = store->claim_for_master_key(secrets->fingerprint()); !claimed)
    return fail(std::move(claimed.error()));
  auto lists = lists_in(directory.path(), log);
  auto drafts = std::make_unique<lists::OwnDrafts>(*lists);
  return std::unique_ptr<OpenedInstallation>(new OpenedInstallation({.lock = std::move(directory),
                                                                     .master_key_place = sources.place(),
                                                                     .secrets = std::move(secrets),
                                                                     .backups = store,
                                                                     .checks = store,
                                                                     .store = store,
                                                                     .replica = store,
                                                                     .lists = std::move(lists),
                                                                     .list_drafts = std::move(drafts)},
                                                                    settings));
}

Result<std::unique_ptr<OpenedInstallation>> OpenedInstallation::open_postgres(
    std::optional<DataDirectory> lock, ServeSettings const& settings, StoreLog log) {
  PostgresStoreOptions options;
  options.url = settings.database;
  options.log = std::move(log.failures);
  options.slow_log = std::move(log.slow_statements);
  options.slow_statement = settings.slow_statement;
  auto const connections = options.walkers;
  auto opened = PostgresStore::open(std::move(options));
  if (!opened) return fail(std::move(opened.error()));
  std::shared_ptr<PostgresStore> const store = std::move(*opened);
  auto const claimed = store->has_master_key();
  if (!claimed) return fail(claimed.error());
  auto const sources = MasterKeySources::from_environment(settings.data, settings.master_key_file);
  if (*claimed && !has_key(sources)) return fail(key_missing(sources));
  std::error_code ignored;
  std::filesystem::create_directories(settings.data, ignored);  // told with the key's name where it fails
  auto key = load_master_key(sources, IfAbsent::make);
  if (!key) return fail(std::move(key.error()));
  auto secrets = std::make_unique<SodiumSecrets>(*key);
  if (auto mine = store->claim_for_master_key(secrets->fingerprint()); !mine)
    return fail(std::move(mine.error()));
  if (lock) leave_note(settings.data, store->place());
  auto lists = lists_in(settings.data, log);
  // Whoever does not hold the directory leaves the copies there to the node that does.
  auto copies =
      lock ? std::make_unique<lists::SharedCopies>(store->shared_lists(), *lists, log.lists) : nullptr;
  auto drafts = std::make_unique<lists::SharedDrafts>(store->shared_lists(), lists->path(), copies.get());
  return std::unique_ptr<OpenedInstallation>(
      new OpenedInstallation({.lock = std::move(lock),
                              .master_key_place = sources.place(),
                              .secrets = std::move(secrets),
                              .backups = std::make_shared<PostgresBackups>(),
                              .checks = std::make_shared<NodeChecks>(store, settings.data),
                              .store = store,
                              .database = std::make_unique<PostgresServer>(store, connections),
                              .lists = std::move(lists),
                              .list_copies = std::move(copies),
                              .list_drafts = std::move(drafts)},
                             settings));
}

}  // namespace linebook
