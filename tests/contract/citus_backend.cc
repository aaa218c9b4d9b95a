// The distributed store on Citus joins the suite where LINEBOOK_TEST_CITUS names an empty database on a
// coordinator: script/citus. Distributing takes its time, so that the tests share one database, which each
// finds empty.
#include <cstdlib>

#include "contract/installation.h"
#include "store/postgres/connection.h"
#include "store/postgres/postgres_store.h"

namespace linebook::contract {
namespace {

constexpr postgres::Statement tables_of_linebook{
    "tables_of_linebook",
    "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
    "c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relkind = 'r'"
    " AND c.relname NOT IN ('schema_migrations', 'installation')"
    " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_dist_shard s WHERE c.relname = s.logicalrelid::text || '_' "
    "|| s.shardid)"
    // Whoever is referred to goes last.
    " ORDER BY (SELECT count(*) FROM pg_catalog.pg_constraint f WHERE f.confrelid = c.oid), c.relname"};

class CitusInstallation final : public Installation {
 public:
  explicit CitusInstallation(std::string url) : url_(std::move(url)) {
    if (auto ready = PostgresStore::migrate(url_, PostgresStore::Spread::over_workers); !ready)
      throw std::runtime_error(ready.error().message);
    SlowStatements const nobody({}, {});
    postgres::StatementCounts statements(nobody);
    PostgresCounters counters;
    postgres::Connection db(postgres::ConnectionSettings::parse(url_).value(), postgres::migrating_bounds,
                            statements, counters);
    auto const tables = db.run(tables_of_linebook);
    std::string script = "DELETE FROM installation WHERE name <> 'keys_generation';";
    for (int i = 0; i < tables.size(); ++i) script += " DELETE FROM " + tables[i].get<std::string>(0) + ";";
    db.run_script(script);
  }

  std::unique_ptr<Store> open() override {
    auto store = PostgresStore::open({.url = url_, .log = [](std::string_view) {}});
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }

 private:
  std::string const url_;
};

bool join_where_there_is_one() {
  if (auto const* url = std::getenv("LINEBOOK_TEST_CITUS"))
    Joins({"citus", [url] { return std::make_unique<CitusInstallation>(url); }});
  return true;
}
[[maybe_unused]] bool const joined = join_where_there_is_one();

}  // namespace
}  // namespace linebook::contract
