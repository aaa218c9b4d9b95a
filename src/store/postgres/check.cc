#include "store/postgres/check.h"

#include <fmt/format.h>

#include <deque>
#include <string>
#include <utility>

namespace linebook::postgres {
namespace {

constexpr Statement check_checksums{"check_checksums", "SELECT current_setting('data_checksums')"};
constexpr Statement check_checksum_failures{
    "check_checksum_failures",
    "SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()"};
constexpr Statement check_amcheck{
    "check_amcheck",
    "SELECT (SELECT count(*) FROM pg_extension WHERE extname = 'amcheck')"
    " + 2 * (SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck')"};
constexpr Statement check_tables{
    "check_tables",
    "SELECT c.relname::text, format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
    " ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')"
    " ORDER BY c.relname"};
constexpr Statement check_indexes{
    "check_indexes",
    "SELECT c.relname::text, format('%I.%I', n.nspname, c.relname), t.relname::text FROM pg_index i"
    " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am a ON a.oid = c.relam"
    " WHERE n.nspname = current_schema() AND a.amname = 'btree' AND c.relkind = 'i' ORDER BY c.relname"};
constexpr Statement check_invalid_indexes{
    "check_invalid_indexes",
    "SELECT t.relname::text, c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND NOT (i.indisvalid AND i.indisready AND i.indislive)"
    " ORDER BY c.relname"};
constexpr Statement check_unvalidated_constraints{
    "check_unvalidated_constraints",
    "SELECT t.relname::text, k.conname::text FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid"
    " JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = current_schema()"
    " AND NOT k.convalidated ORDER BY k.conname"};
/// The question of each foreign key: how many rows refer to nothing.
constexpr Statement check_foreign_keys{
    "check_foreign_keys",
    "SELECT t.relname::text, f.relname::text, format('SELECT count(*) FROM %s r WHERE %s AND NOT EXISTS"
    " (SELECT 1 FROM %s o WHERE %s)', k.conrelid::regclass,"
    " string_agg(format('r.%I IS NOT NULL', a.attname), ' AND ' ORDER BY p.place), k.confrelid::regclass,"
    " string_agg(format('o.%I = r.%I', b.attname, a.attname), ' AND ' ORDER BY p.place))"
    " FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid"
    " JOIN pg_namespace n ON n.oid = t.relnamespace"
    " CROSS JOIN unnest(k.conkey, k.confkey) WITH ORDINALITY AS p (own, other, place)"
    " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.own"
    " JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = p.other"
    " WHERE k.contype = 'f' AND n.nspname = current_schema()"
    " GROUP BY k.oid, k.conname, k.conrelid, k.confrelid, t.relname, f.relname ORDER BY k.conname"};

class DatabaseCheck {
 public:
  DatabaseCheck(Connection& db, CheckProgress const& progress) : db_(db), progress_(progress) {}

  DatabaseVerdict run() {
    look_at_checksums();
    look_at_catalog();
    auto const tables = pairs_of(check_tables);
    auto const amcheck = db_.run(check_amcheck).number();
    bool const has_amcheck = amcheck % 2 == 1;
    auto const indexes = db_.run(check_indexes);
    total_ = tables.size() + (has_amcheck ? static_cast<std::uint64_t>(indexes.size()) : 0);
    for (auto const& [name, qualified] : tables) read_whole(name, qualified, has_amcheck);
    verdict_.checked.push_back(fmt::format("every row of {} tables was read", tables.size()));
    if (has_amcheck)
      look_at_indexes(indexes);
    else
      verdict_.unchecked.push_back(
          std::string("whether indexes fit their tables: ") +
          (amcheck == 0
               ? "the server does not have the extension amcheck; install PostgreSQL's contrib modules"
               : "run `CREATE EXTENSION amcheck` in this database as its superuser, and check again"));
    look_at_references();
    advance(0);
    return std::move(verdict_);
  }

 private:
  using Pair = std::pair<std::string, std::string>;
  std::vector<Pair> pairs_of(Statement const& statement) {
    return db_.run(statement).all(
        [](Row const& row) { return Pair{row.get<std::string>(0), row.get<std::string>(1)}; });
  }

  void advance(std::uint64_t more = 1) {
    if (progress_) progress_(done_, total_);
    done_ += more;
  }

  void fault(std::string const& where, std::string what) {
    verdict_.faults.push_back({where, std::move(what)});
  }

  /// A statement that is made here. Its text outlives the connection's memory of it: this object does.
  Rows ask(char const* name, std::string sql) {
    auto const& text = texts_.emplace_back(std::move(sql));
    auto const& own_name = texts_.emplace_back(fmt::format("{}_{}", name, statements_.size()));
    return db_.run(statements_.emplace_back(Statement{own_name.c_str(), text.c_str()}));
  }

  void look_at_checksums() {
    if (db_.run(check_checksums)[0].get<std::string_view>(0) != "on") {
      verdict_.unchecked.push_back(
          "whether pages are as they were written: this server keeps no checksums of them; `pg_checksums "
          "--enable` makes them while it is stopped");
      return;
    }
    auto const failures = db_.run(check_checksum_failures).number();
    if (failures > 0) fault("the database", fmt::format("{} pages failed their checksums so far", failures));
    verdict_.checked.push_back("page checksums are on");
  }

  void look_at_catalog() {
    for (auto const& [table, index] : pairs_of(check_invalid_indexes))
      fault("table " + table, "the index " + index + " is not valid; REINDEX INDEX " + index);
    for (auto const& [table, constraint] : pairs_of(check_unvalidated_constraints))
      fault("table " + table,
            "the constraint " + constraint + " was never validated; VALIDATE CONSTRAINT " + constraint);
  }

  /// Every value, so that what lies in other pages is read, too.
  void read_whole(std::string const& name, std::string const& qualified, bool has_amcheck) {
    advance();
    refusal_is_fault("table " + name, [&] {
      ask("check_read_whole", "SELECT count(*), sum(length(t::text)) FROM " + qualified + " t");
    });
    if (!has_amcheck) return;
    refusal_is_fault("table " + name, [&] {
      auto const found =
          ask("check_heap", "SELECT blkno, msg FROM verify_heapam('" + qualified + "') LIMIT 20");
      for (int i = 0; i < found.size(); ++i)
        fault("table " + name,
              fmt::format("block {}: {}", found[i].get<std::int64_t>(0), found[i].get<std::string_view>(1)));
    });
  }

  void look_at_indexes(Rows const& indexes) {
    int looked_at = 0;
    for (int i = 0; i < indexes.size(); ++i) {
      advance();
      auto const row = indexes[i];
      auto const qualified = row.get<std::string>(1);
      refusal_is_fault("table " + row.get<std::string>(2), [&] {
        ask("check_index", "SELECT bt_index_check(index => '" + qualified + "', heapallindexed => true)");
        ++looked_at;
      });
    }
    verdict_.checked.push_back(
        fmt::format("{} indexes were compared with their tables by amcheck", looked_at));
  }

  void look_at_references() {
    auto const keys = db_.run(check_foreign_keys);
    for (int i = 0; i < keys.size(); ++i) {
      auto const row = keys[i];
      refusal_is_fault("table " + row.get<std::string>(0), [&] {
        auto const strays = ask("check_references", row.get<std::string>(2)).number();
        if (strays > 0)
          fault("table " + row.get<std::string>(0),
                fmt::format("{} rows refer to rows of {} that are not there", strays,
                            row.get<std::string_view>(1)));
      });
    }
    verdict_.checked.push_back(fmt::format("{} foreign keys were followed", keys.size()));
  }

  template <class Work>
  void refusal_is_fault(std::string const& where, Work work) {
    try {
      work();
    } catch (StatementRefused const& e) {
      if (e.why == StatementRefused::Why::took_too_long || is_forbidden(e.what()))
        verdict_.unchecked.push_back(where + ": " + e.what());
      else
        fault(where, e.what());
    }
  }
  static bool is_forbidden(std::string_view what) { return what.find("42501") != std::string_view::npos; }

  Connection& db_;
  CheckProgress const& progress_;
  DatabaseVerdict verdict_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
  std::deque<std::string> texts_;
  std::deque<Statement> statements_;
};

}  // namespace

DatabaseVerdict check_database(Connection& db, CheckProgress const& progress) {
  return DatabaseCheck(db, progress).run();
}

}  // namespace linebook::postgres
