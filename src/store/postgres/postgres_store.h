// The distributed store: any number of nodes on one PostgreSQL 15, which may itself be replicated. What is
// acknowledged on one node is seen by every read that begins later, on any node.
//
// Use cases run as fibers: those of a batch share one transaction and one pipeline of statements, so that a
// batch costs a handful of round trips (docs/adr/0007-postgresql.md).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/database_check.h"
#include "app/ports/shared_lists.h"
#include "app/ports/store.h"

namespace linebook {

struct PostgresStoreOptions {
  /// As libpq reads it: "postgresql://user@host/database", also with several hosts. May hold a password; no
  /// message ever does.
  std::string url;
  unsigned writers = 1;  // threads that commit batches, a connection each
  unsigned readers = 2;  // threads that answer bounded reads, a connection each
  unsigned walkers = 4;  // connections for searches, reports and long walks
  /// Gets the operator's words on failures inside the store. Any thread. Default: a line on stderr.
  std::function<void(std::string_view)> log = {};
  /// Gets the names of statements that took that long. Any thread. Zero: none is slow.
  std::function<void(std::string_view)> slow_log = {};
  std::chrono::milliseconds slow_statement{0};
  /// How long an unbounded read may run.
  std::chrono::milliseconds read_deadline{5000};
  /// How long a job waits for a database that is away; then it is answered `unavailable`.
  std::chrono::milliseconds patience{5000};
};

/// Relaxed counters, for metrics. Any thread.
struct PostgresCounters {
  std::atomic<std::uint64_t> round_trips{0};
  std::atomic<std::uint64_t> connections_opened{0};
  std::atomic<std::uint64_t> connection_failures{0};  // attempts that failed, and connections that broke
  std::atomic<std::uint64_t> retries{0};              // batches that were run again
  std::atomic<std::uint64_t> jobs_run_apart{0};       // out of batches that did not go together
  std::atomic<std::uint64_t> commits_looked_up{0};    // whose answer was lost, found by their markers
  std::atomic<std::uint64_t> pool_waits{0};           // reads that waited for a connection
  std::atomic<std::uint64_t> pool_wait_microseconds{0};
  std::atomic<std::int64_t> connections_in_use{0};  // by searches and walks
  /// Each fail-over begins another; 0: none was met yet. Whoever is on an older one was deposed.
  std::atomic<std::uint32_t> newest_timeline{0};
};

/// How often a named statement was run, and for how long in all.
struct StatementCount {
  std::string_view name;
  std::uint64_t calls;
  std::uint64_t microseconds;
};

class PostgresStore final : public Store, public DatabaseChecks {
 public:
  /// Makes the schema in an empty database. A schema that this program does not know is refused, and so is a
  /// database that is not Linebook's or cannot be reached; errors say what the operator can do.
  static Result<std::unique_ptr<PostgresStore>> open(PostgresStoreOptions);

  enum class Spread {
    as_it_is,
    over_workers,  // of Citus, if that was not done before
  };
  /// Brings the database at `url` to this program's schema. Any number of nodes may do so at once.
  static Result<void> migrate(std::string const& url, Spread = Spread::as_it_is);

  /// Stops. No call may come from another thread.
  ~PostgresStore() override;

  void write(std::unique_ptr<WriteJob>) override;
  /// Bounded and unbounded reads are answered on the store's own threads. A long walk runs on the calling
  /// one, within this call.
  void read(ReadCost, std::unique_ptr<ReadJob>) override;
  std::size_t writes_side_by_side() const override;
  std::uint64_t keys_generation() const override;
  KeyChanges key_changes_since(std::uint64_t generation) const override;
  void tell_of_growth(LedgerListener*) override;
  void warm_up() override;
  std::optional<std::string> trouble() const override;
  StoreCounters const& counters() const override;
  void stop() override;

  /// On a connection of its own, beside running reads and writes.
  Result<DatabaseVerdict> check_database(CheckProgress const&) override;

  PostgresCounters const& postgres_counters() const;
  std::vector<StatementCount> statement_counts() const;
  /// Of the database, as found when the store was opened.
  int schema_version() const;
  /// Where the database is, without user or password: "db1:5432,db2:5432/linebook".
  std::string const& place() const;

  /// Of all nodes. Lives as long as the store.
  SharedLists& shared_lists();

  /// Whether the database has met a master key: then it is not given a new one. Waits.
  Result<bool> has_master_key();
  /// The first master key that a database meets is its own for ever; another one is an error.
  /// `fingerprint` as Secrets::fingerprint() tells it. Waits.
  Result<void> claim_for_master_key(std::string const& fingerprint);

 private:
  struct Parts;
  explicit PostgresStore(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace linebook
