// The distributed store joins the suite: one server for the whole program, a schema of its own for each
// installation.
#include <atomic>

#include "contract/installation.h"
#include "fakes/postgres_server.h"
#include "store/postgres/connection.h"
#include "store/postgres/postgres_store.h"

namespace linebook::contract {
namespace {

fakes::PostgresServer& server() {
  static fakes::PostgresServer only;
  return only;
}

class PostgresInstallation final : public Installation {
 public:
  PostgresInstallation() { run("CREATE SCHEMA " + schema_); }
  ~PostgresInstallation() override { run("DROP SCHEMA " + schema_ + " CASCADE"); }

  std::unique_ptr<Store> open() override {
    auto store = PostgresStore::open(
        {.url = server().url("options=-csearch_path%3D" + schema_), .log = [](std::string_view) {}});
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }

 private:
  static std::string next_schema() {
    static std::atomic<int> made{0};
    return "installation_" + std::to_string(++made);
  }
  static void run(std::string const& script) {
    FailureLog const log([](std::string_view) {});
    postgres::StatementCounts statements(log);
    PostgresCounters counters;
    postgres::Connection(postgres::ConnectionSettings::parse(server().url()).value(),
                         postgres::migrating_bounds, statements, counters)
        .run_script(script);
  }

  std::string const schema_ = next_schema();
};

Joins const postgres_store({"postgres", [] { return std::make_unique<PostgresInstallation>(); }});

}  // namespace
}  // namespace linebook::contract
