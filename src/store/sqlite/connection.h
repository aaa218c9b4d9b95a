// One SQLite connection with its prepared statements, and the Query that runs one of them.
//
// Only one connection of the whole process writes and checkpoints; every other is opened read_only, which
// never checkpoints, not even when it closes. (SQLite up to 3.51.2 can corrupt a file that two connections
// write or checkpoint at once while the log is reset.) One thread at a time may use a connection and its
// queries.
//
// Failures are thrown: StoreUnavailable where the disk or the file is at fault, StatementRefused where the
// database's own constraints refused a row. A failed fsync stops the process: what the disk then holds is
// unknown, and to go on would be to lie about what was acknowledged.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/ports/store.h"
#include "store/books/session/statement.h"
#include "store/jobs/slow_statements.h"
#include "store/sqlite/columns.h"

namespace linebook::sqlite {

/// A statement and the name under which failures tell of it. Lives as a constant: connections remember it by
/// address.
using Statement = books::NamedText;

/// A constraint of the schema refused the row, or the connection the statement. The use cases check first, so
/// this is a bug of theirs.
class StatementRefused : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// The file's bytes make no sense to SQLite.
class FileDamaged : public StoreUnavailable {
 public:
  using StoreUnavailable::StoreUnavailable;
};

enum class Access { read_write, read_only };

class Connection {
 public:
  /// `vfs` empty: SQLite's own. Tests hand in one that fails.
  Connection(std::string const& path, Access, std::string const& vfs = {});
  ~Connection();
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;

  /// Runs statements that return no rows and are not worth keeping: pragmas and migrations.
  void execute(std::string const& sql);
  /// The first column of the first row, 0 where there is none.
  std::int64_t integer(std::string const& sql);

  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
  sqlite3* handle() const { return handle_; }
  /// The file was moved, replaced or removed while it was open, so that its name leads elsewhere. One look at
  /// the directory: a microsecond.
  bool was_taken_away() const;

  /// Throws what `code` means. `doing` names the statement or the step.
  [[noreturn]] void fail_with(int code, std::string_view doing) const;

  /// What its statements are part of from now on, until told otherwise: of a job, or of nothing.
  void trace_statements(TracePlace const& place = {}) {
    trace_ = place;
    statements_told_ = 0;
  }
  /// Who is told of statements that took long, and from when on; nobody where it is null. Outlives this.
  void watch_slowness(SlowStatements const* slow) { slow_ = slow; }

 private:
  friend class Query;
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool busy = false;
  };
  Prepared& prepared(Statement const&);
  OpenSpan span_of(Statement const& statement) {
    if (trace_.recorder == nullptr || ++statements_told_ > JobTrace::max_statements) return {};
    return OpenSpan(trace_, SpanKind::client, statement.name);
  }

  sqlite3* handle_ = nullptr;
  std::unordered_map<Statement const*, Prepared> statements_;
  TracePlace trace_;
  int statements_told_ = 0;
  SlowStatements const* slow_ = nullptr;
};

/// One run of a prepared statement. What is bound must outlive the query: texts are not copied.
class Query {
 public:
  template <class... Args>
  explicit Query(Connection& connection, Statement const& statement, Args const&... args)
      : connection_(connection),
        statement_(statement),
        prepared_(connection.prepared(statement)),
        span_(connection.span_of(statement)) {
    [[maybe_unused]] int index = 0;
    (check(bind_value(prepared_.statement, ++index, args)), ...);
  }
  ~Query();
  Query(Query const&) = delete;
  Query& operator=(Query const&) = delete;

  /// Steps to the next row; false after the last.
  bool next();
  /// Runs a statement that returns no rows; tells how many rows it changed.
  std::int64_t run();

  /// The rows, each made into what it stands for.
  template <class Make>
  auto one(Make make) && -> std::optional<decltype(make(*this))> {
    if (!next()) return std::nullopt;
    return make(*this);
  }
  template <class Make>
  auto all(Make make) && -> std::vector<decltype(make(*this))> {
    std::vector<decltype(make(*this))> rows;
    while (next()) rows.push_back(make(*this));
    return rows;
  }
  /// The first column of the only row, 0 where there is none.
  std::int64_t number() && { return next() ? get<std::int64_t>(0) : 0; }

  /// A text or bytes as string_view stand until the next step.
  template <class T>
  T get(int column) const {
    return Column<T>::read(prepared_.statement, column);
  }

 private:
  int step();
  void check(int code) const {
    if (code == SQLITE_OK) return;
    prepared_.busy = false;  // thrown out of the constructor: no destructor follows
    connection_.fail_with(code, statement_.name);
  }

  Connection& connection_;
  Statement const& statement_;
  Connection::Prepared& prepared_;
  OpenSpan span_;
  bool has_begun_ = false;
};

}  // namespace linebook::sqlite
