// A place of its own in a test program's PostgreSQL server: one server for the whole program, a schema for
// each that asks. Where LINEBOOK_TEST_CITUS names a database on a coordinator of Citus it is that one, and
// what stores make in the schema is spread over its workers.
#pragma once

#include <atomic>
#include <cstdlib>
#include <string>

#include "fakes/postgres_server.h"
#include "store/postgres/connection.h"

namespace linebook::fakes {

class PostgresSchema {
 public:
  PostgresSchema() { run_script("CREATE SCHEMA " + name_); }
  PostgresSchema(PostgresSchema const&) = delete;
  ~PostgresSchema() { run_script("DROP SCHEMA " + name_ + " CASCADE"); }

  static PostgresServer& server() {
    static PostgresServer only;
    return only;
  }

  std::string const& name() const { return name_; }
  std::string url() const {
    if (auto const* citus = std::getenv("LINEBOOK_TEST_CITUS"))
      return std::string(citus) + "?user=postgres&" + options();
    return server().url(options());
  }
  /// By way of another socket, such as a proxy's.
  std::string url_at(std::string const& socket_directory) const {
    return PostgresServer::url_at(socket_directory, options());
  }

  /// Statements without answers, in this schema.
  void run_script(std::string const& sql) const { session().db.run_script(sql); }

  /// A connection to this schema beside the store's.
  struct Session {
    explicit Session(std::string const& url)
        : db(postgres::ConnectionSettings::parse(url).value(), postgres::migrating_bounds, statements,
             counters) {}
    FailureLog const log{[](std::string_view) {}};
    SlowStatements slow{std::chrono::milliseconds(0), {}};
    postgres::StatementCounts statements{slow};
    PostgresCounters counters;
    postgres::Connection db;
  };
  Session session() const { return Session(url()); }

 private:
  std::string options() const { return "options=-csearch_path%3D" + name_; }
  static std::string next_name() {
    static std::atomic<int> made{0};
    return "place_" + std::to_string(++made);
  }
  std::string const name_ = next_name();
};

}  // namespace linebook::fakes
