// The PostgreSQL database that books are moved into: its tables as its catalogue tells them, and rows in and
// out in the text format of COPY. One thread. Failures are thrown: MoveFailed, in the operator's words.
#pragma once

#include <libpq-fe.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace linebook::moving {

class MoveFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class ColumnType { text, number, flag, bytes };

struct Column {
  std::string name;
  ColumnType type;
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<Column> key;                  // the primary key, in its order
  std::vector<std::string> refers_to = {};  // tables that its foreign keys name
};

/// "a, b, c"
std::string names_of(std::vector<Column> const&, std::string_view between = ", ");

class Target {
 public:
  /// `url` as libpq reads it; no failure repeats its password.
  explicit Target(std::string const& url);
  ~Target();
  Target(Target const&) = delete;
  Target& operator=(Target const&) = delete;

  /// Those that hold books, each after the ones that it refers to.
  std::vector<Table> tables();

  void run(std::string const& sql);
  /// The first row, as text; nothing where there is none.
  std::optional<std::vector<std::string>> row(std::string const& sql,
                                              std::vector<std::string> const& parameters = {});

  /// Lines for a table, until end_copy(): within a transaction of the caller's.
  void begin_copy(Table const&);
  void copy(std::string_view lines);
  void end_copy();

  /// A table's lines in the order of its key, until next_line() is false.
  void begin_reading(Table const&);
  bool next_line(std::string& line);

 private:
  [[noreturn]] void fail(std::string_view doing) const;
  void check(PGresult*, ExecStatusType wanted, std::string_view doing);

  PGconn* handle_;
};

}  // namespace linebook::moving
