#include "store/postgres/distribution.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace linebook::postgres {
namespace {

constexpr Statement citus_version{"citus_version",
                                  "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'citus'"};
constexpr Statement citus_coordinator{
    "citus_coordinator", "SELECT (groupid = 0)::int::bigint FROM pg_catalog.pg_dist_local_group"};
// Of the coordinator itself, which keeps what is not spread, and of those that rows are spread over.
constexpr Statement citus_nodes{
    "citus_nodes",
    "SELECT count(*) FILTER (WHERE groupid = 0), count(*) FILTER (WHERE isactive AND shouldhaveshards)"
    " FROM pg_catalog.pg_dist_node WHERE noderole = 'primary'"};
constexpr Statement other_sessions{
    "other_sessions",
    "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'linebook' AND usename = current_user AND pid <> pg_catalog.pg_backend_pid()"};

// What is an account's own: tables whose key begins with it. Some stay on the coordinator all the same, since
// nodes look over all accounts there: what changed of keys, and what is to be done by whoever takes it first.
// A row of `commit_markers` on the coordinator makes its transaction commit in two phases wherever else it
// writes, so that it stands where every part of the transaction does.
#define OURS                                                                             \
  " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
  " LEFT JOIN pg_catalog.pg_dist_partition d ON d.logicalrelid = c.oid"                  \
  " WHERE n.nspname = current_schema() AND c.relkind = 'r'"                              \
  " AND c.relname NOT IN ('key_changes', 'carrier_tasks', 'dispatches', 'webhooks',"     \
  "  'webhook_deliveries', 'fhir_sources', 'account_minutes')"                           \
  " AND EXISTS (SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a"      \
  "  ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"                                   \
  "  WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'account_id')"
constexpr Statement tables_by_state{"tables_by_state",
                                    "SELECT count(*) FILTER (WHERE d.logicalrelid IS NOT NULL),"
                                    " count(*) FILTER (WHERE d.logicalrelid IS NULL)" OURS};
constexpr Statement tables_to_distribute{
    "tables_to_distribute", "SELECT c.relname::text" OURS " AND d.logicalrelid IS NULL ORDER BY c.relname"};
// A key to a table that stays behind cannot stand; one between an account's own tables is made anew.
constexpr Statement keys_in_the_way{
    "keys_in_the_way",
    "SELECT f.conname::text, t.relname::text, CASE WHEN a.attname = 'account_id'"
    " THEN pg_catalog.pg_get_constraintdef(f.oid) END"
    " FROM pg_catalog.pg_constraint f JOIN pg_catalog.pg_class t ON t.oid = f.conrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = f.confkey[1]"
    " WHERE n.nspname = current_schema() AND f.contype = 'f' AND t.relname = $1"};
constexpr Statement tables_with_rows_left{
    "tables_with_rows_left",
    "SELECT c.relname::text" OURS
    " AND d.partmethod = 'h' AND pg_catalog.pg_relation_size(c.oid) > 0 ORDER BY c.relname"};

constexpr int oldest_major = 12, oldest_minor = 1;  // of Citus

constexpr std::chrono::seconds patience_with_others{3};
constexpr std::chrono::milliseconds between_looks_at_others{50};

/// "12.1-1" is new enough.
bool is_new_enough(std::string_view version) {
  int major = 0, minor = 0;
  auto const* const end = version.data() + version.size();
  auto const read = std::from_chars(version.data(), end, major);
  if (read.ec != std::errc()) return false;
  if (read.ptr != end && *read.ptr == '.') std::from_chars(read.ptr + 1, end, minor);
  return major > oldest_major || (major == oldest_major && minor >= oldest_minor);
}

void check_citus(Connection& db) {
  auto const version = db.run(citus_version);
  if (version.empty())
    throw std::runtime_error(
        "the extension citus is not in it. Run CREATE EXTENSION citus in this database on the coordinator "
        "and on every worker, add the workers (citus_set_coordinator_host, citus_add_node), and run this "
        "again");
  auto const found = version[0].get<std::string>(0);
  if (!is_new_enough(found))
    throw std::runtime_error(
        fmt::format("its Citus is {}; Linebook needs {}.{} or newer", found, oldest_major, oldest_minor));
  if (db.run(citus_coordinator).number() == 0)
    throw std::runtime_error("it is a worker of Citus; name the coordinator's database");
  auto const nodes = db.run(citus_nodes);
  if (nodes[0].get<std::int64_t>(0) == 0)
    throw std::runtime_error(
        "the coordinator does not know its own address: run citus_set_coordinator_host there first");
  if (nodes[0].get<std::int64_t>(1) == 0)
    throw std::runtime_error("the coordinator has no active worker: add them with citus_add_node first");
}

struct Script {
  std::vector<std::string> before, distribution, after;
};

void add_table(Script& script, Connection& db, std::string const& table, bool is_first) {
  auto const keys = db.run(keys_in_the_way, table);
  for (int i = 0; i < keys.size(); ++i) {
    auto const name = keys[i].get<std::string>(0);
    script.before.push_back(fmt::format("ALTER TABLE {} DROP CONSTRAINT {}", table, name));
    if (auto const definition = keys[i].get<std::optional<std::string>>(2))
      script.after.push_back(fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {}", table, name, *definition));
  }
  script.distribution.push_back(
      table == "commit_markers"
          ? "SELECT citus_add_local_table_to_metadata('commit_markers')"
          : fmt::format("SELECT create_distributed_table('{}', 'account_id', colocate_with => '{}')", table,
                        is_first ? "none" : "people"));
}

/// Nodes that were just told to stop take a moment.
void wait_until_alone(Connection& db) {
  for (auto const give_up = std::chrono::steady_clock::now() + patience_with_others;;) {
    auto const others = db.run(other_sessions).number();
    if (others == 0) return;
    if (std::chrono::steady_clock::now() > give_up)
      throw std::runtime_error(
          fmt::format("Linebook has {} other connections open to it. Stop all nodes first: nobody can use "
                      "tables while they are being distributed",
                      others));
    std::this_thread::sleep_for(between_looks_at_others);
  }
}

/// All in one transaction, which whoever migrates at the same time waits for.
void distribute_tables(Connection& db) {
  db.run_script(
      "BEGIN; SELECT 1 FROM schema_migrations WHERE number = 0 FOR UPDATE; SET LOCAL statement_timeout = 0;"
      " SET LOCAL citus.multi_shard_modify_mode = 'sequential'");
  try {
    Script script;
    bool const anew = db.run(tables_by_state)[0].get<std::int64_t>(0) == 0;
    if (anew) add_table(script, db, "people", true);
    auto const tables = db.run(tables_to_distribute);
    for (int i = 0; i < tables.size(); ++i) {
      auto const table = tables[i].get<std::string>(0);
      if (!anew || table != "people") add_table(script, db, table, false);
    }
    for (auto const* statements : {&script.before, &script.distribution, &script.after})
      for (auto const& statement : *statements) db.run_script(statement);
    db.run_script("COMMIT");
  } catch (...) {
    if (!db.is_broken()) db.roll_back();
    throw;
  }
}

/// What was spread has left its rows where they were, hidden.
void drop_rows_left(Connection& db) {
  auto const tables = db.run(tables_with_rows_left);
  for (int i = 0; i < tables.size(); ++i)
    db.run_script(fmt::format("SELECT truncate_local_data_after_distributing_table('{}')",
                              tables[i].get<std::string_view>(0)));
}

}  // namespace

bool is_distributed(Connection& db) {
  if (db.run(citus_version).empty()) return false;
  auto const tables = db.run(tables_by_state);
  auto const spread = tables[0].get<std::int64_t>(0), others = tables[0].get<std::int64_t>(1);
  if (spread > 0 && others > 0)
    throw std::runtime_error(
        "only some of its tables are distributed. Run `linebook migrate` with the same --database first");
  return spread > 0;
}

void distribute(Connection& db) {
  check_citus(db);
  if (db.run(tables_by_state)[0].get<std::int64_t>(1) > 0) {
    wait_until_alone(db);
    distribute_tables(db);
  }
  drop_rows_left(db);
}

void distribute_new_tables(Connection& db) {
  if (db.run(citus_version).empty()) return;
  auto const tables = db.run(tables_by_state);
  if (tables[0].get<std::int64_t>(0) > 0 && tables[0].get<std::int64_t>(1) > 0) distribute_tables(db);
}

}  // namespace linebook::postgres
