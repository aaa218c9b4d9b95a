#include "store/postgres/postgres_store.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "app/ports/blocking.h"
#include "store/jobs/failure_log.h"
#include "store/jobs/search_every_account.h"
#include "store/postgres/check.h"
#include "store/postgres/distribution.h"
#include "store/postgres/ledger_hints.h"
#include "store/postgres/open_books.h"
#include "store/postgres/readers.h"
#include "store/postgres/schema.h"
#include "store/postgres/shared_lists.h"
#include "store/postgres/upkeep.h"
#include "store/postgres/watch.h"
#include "store/postgres/writer.h"

namespace linebook {

using namespace postgres;

namespace {

constexpr Statement count_ledger_entries{"count_ledger_entries",
                                         "SELECT coalesce(sum(last_sequence), 0)::bigint FROM ledger_heads"};
constexpr Statement insert_fingerprint{
    "insert_fingerprint",
    "INSERT INTO installation (name, value) VALUES ('master_key_fingerprint', $1) ON CONFLICT DO NOTHING"};
constexpr Statement kept_fingerprint{"kept_fingerprint",
                                     "SELECT value FROM installation WHERE name = 'master_key_fingerprint'"};

/// What the store begins with.
struct Beginnings {
  int schema_version = 0;
  std::int64_t ledger_entries = 0;
  std::int64_t keys_generation = 0;
};

/// Runs `work` on a connection of its own; what it throws becomes the operator's error.
template <class Work>
Result<void> on_own_connection(Endpoint const& endpoint, SessionBounds const& bounds, Work work) {
  try {
    Connection db(endpoint.settings, bounds, endpoint.statements, endpoint.counters);
    work(db);
    return {};
  } catch (ConnectionLost const& e) {
    return fail(ErrorCode::unavailable, fmt::format("cannot reach {}", e.what()));
  } catch (std::exception const& e) {
    return fail(ErrorCode::unavailable,
                fmt::format("cannot use the database {}: {}", endpoint.settings.place(), e.what()));
  }
}

/// For metrics. A node starts although a worker of Citus is away.
std::int64_t count_entries(Connection& db) {
  try {
    return db.run(count_ledger_entries).number();
  } catch (StatementRefused const& refusal) {
    if (refusal.why == StatementRefused::Why::part_away) return 0;
    throw;
  }
}

void print_postgres_line(std::string_view message) { fmt::print(stderr, "linebook: store: {}\n", message); }

}  // namespace

struct PostgresStore::Parts {
  Parts(ConnectionSettings settings, PostgresStoreOptions given)
      : options(std::move(given)),
        log(options.log),
        slow(options.slow_statement, options.slow_log),
        statements(slow),
        endpoint{std::move(settings), statements, postgres_counters},
        trouble(log),
        shared_lists(endpoint),
        ledger_hints(endpoint, ledger_news) {}
  ~Parts() { stop(); }

  void start(Beginnings const& begin) {
    beginnings = begin;
    counters.ledger_entries = begin.ledger_entries;
    readers.emplace(ReaderBounds{options.readers, options.walkers, options.read_deadline, options.patience},
                    endpoint, indexes, counters, trouble, log);
    writer.emplace(options.writers, options.patience, endpoint, indexes, key_changes, ledger_news,
                   ledger_hints, counters, trouble, log);
    watch.emplace(endpoint, KeyNews(begin.keys_generation), key_changes, trouble);
    upkeep.emplace(endpoint);
  }

  // Everybody stops before anything goes: whoever is answered may still hand over work, and is told no.
  void stop() {
    if (!watch) return;  // it never was started
    writer->stop();
    readers->stop();
    watch->stop();
    ledger_hints.stop();
    upkeep->stop();
  }

  PostgresStoreOptions const options;
  FailureLog const log;
  SlowStatements const slow;
  StatementCounts statements;
  PostgresCounters postgres_counters;
  Endpoint const endpoint;
  Trouble trouble;
  StoreCounters counters;
  DigitIndexes indexes;
  Beginnings beginnings;
  KeyChangeLog key_changes;
  LedgerNews ledger_news;
  PostgresSharedLists shared_lists;
  LedgerHints ledger_hints;
  std::optional<Readers> readers;
  std::optional<Writer> writer;
  std::optional<Watch> watch;
  std::optional<Upkeep> upkeep;
};

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(PostgresStoreOptions options) {
  auto settings = ConnectionSettings::parse(options.url);
  if (!settings) return fail(std::move(settings.error()));
  if (!options.log) options.log = print_postgres_line;
  auto parts = std::make_unique<Parts>(std::move(*settings), std::move(options));
  Beginnings begin;
  auto const ready = on_own_connection(parts->endpoint, migrating_bounds, [&](Connection& db) {
    begin.schema_version = ready_schema(db, all_migrations(), OlderSchema::is_refused);
    is_distributed(db);
    begin.ledger_entries = count_entries(db);
    begin.keys_generation = read_keys_generation(db);
  });
  if (!ready) return fail(ready.error());
  parts->start(begin);
  return std::unique_ptr<PostgresStore>(new PostgresStore(std::move(parts)));
}

Result<void> PostgresStore::migrate(std::string const& url, Spread spread) {
  auto settings = ConnectionSettings::parse(url);
  if (!settings) return fail(std::move(settings.error()));
  Parts const parts(std::move(*settings), {.url = url, .log = print_postgres_line});
  return on_own_connection(parts.endpoint, migrating_bounds, [&](Connection& db) {
    ready_schema(db, all_migrations(), OlderSchema::is_brought_up);
    if (spread == Spread::over_workers)
      distribute(db);
    else
      distribute_new_tables(db);
  });
}

PostgresStore::PostgresStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PostgresStore::~PostgresStore() = default;

void PostgresStore::write(std::unique_ptr<WriteJob> job) { parts_->writer->queue(std::move(job)); }

void PostgresStore::read(ReadCost cost, std::unique_ptr<ReadJob> job) {
  switch (cost) {
    case ReadCost::bounded:
      return parts_->readers->queue_bounded(std::move(job));
    case ReadCost::unbounded:
      return parts_->readers->queue_unbounded(std::move(job));
    case ReadCost::long_walk:
      return parts_->readers->walk_here(*job);
  }
}

std::size_t PostgresStore::writes_side_by_side() const { return Writer::max_batch; }

std::uint64_t PostgresStore::keys_generation() const { return parts_->key_changes.generation(); }

KeyChanges PostgresStore::key_changes_since(std::uint64_t generation) const {
  return parts_->key_changes.since(generation);
}

void PostgresStore::tell_of_growth(LedgerListener* listener) {
  parts_->ledger_news.tell(listener);
  if (listener != nullptr) parts_->ledger_hints.start();
}

void PostgresStore::warm_up() { search_every_account(*this); }

std::optional<std::string> PostgresStore::trouble() const { return parts_->trouble.what(); }

StoreCounters const& PostgresStore::counters() const { return parts_->counters; }

PostgresCounters const& PostgresStore::postgres_counters() const { return parts_->postgres_counters; }

std::vector<StatementCount> PostgresStore::statement_counts() const { return parts_->statements.all(); }

int PostgresStore::schema_version() const { return parts_->beginnings.schema_version; }

std::string const& PostgresStore::place() const { return parts_->endpoint.settings.place(); }

SharedLists& PostgresStore::shared_lists() { return parts_->shared_lists; }

void PostgresStore::stop() { parts_->stop(); }

Result<DatabaseVerdict> PostgresStore::check_database(CheckProgress const& progress) {
  DatabaseVerdict verdict;
  // Its statements are made as it goes, and take long: neither counted nor warned of with the store's own.
  SlowStatements const nobody({}, {});
  StatementCounts own_statements(nobody);
  Endpoint const endpoint{parts_->endpoint.settings, own_statements, parts_->postgres_counters};
  auto checked = on_own_connection(endpoint, migrating_bounds,
                                   [&](Connection& db) { verdict = postgres::check_database(db, progress); });
  if (!checked) return fail(std::move(checked.error()));
  return verdict;
}

Result<bool> PostgresStore::has_master_key() {
  bool found = false;
  auto asked = on_own_connection(parts_->endpoint, reading_bounds,
                                 [&](Connection& db) { found = !db.run(kept_fingerprint).empty(); });
  if (!asked) return fail(std::move(asked.error()));
  return found;
}

Result<void> PostgresStore::claim_for_master_key(std::string const& fingerprint) {
  return write_and_wait(*this, [&](Transaction& transaction) -> Result<void> {
    auto& session = session_of(transaction);
    session.change(insert_fingerprint, fingerprint);
    auto const kept = session.query(kept_fingerprint);
    if (!kept.empty() && kept[0].get<std::string_view>(0) == fingerprint) return {};
    return fail(another_master_key());
  });
}

}  // namespace linebook
