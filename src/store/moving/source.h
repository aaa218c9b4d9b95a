// The embedded database that books are moved out of: rows as lines of PostgreSQL's COPY. One thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "store/moving/target.h"
#include "store/sqlite/connection.h"

namespace linebook::moving {

class Source {
 public:
  explicit Source(std::string const& file) : connection_(file, sqlite::Access::read_only) {}

  /// Throws MoveFailed where the two schemas do not hold the same: nothing may be left behind.
  void check_holds(std::vector<Table> const&);
  std::int64_t rows(Table const&);
  /// Of the installation's own table; empty where it is not there.
  std::string master_key_fingerprint();
  /// Where ledgers end and how long lists are, as lines for ledger_heads.
  std::string ledger_heads();

  /// Lines of a table in the order of its key, those behind `after` (key values as text; empty: all).
  class Lines {
   public:
    Lines(sqlite::Connection&, Table const&, std::vector<std::string> const& after);
    ~Lines();
    Lines(Lines const&) = delete;
    Lines& operator=(Lines const&) = delete;
    /// Appends the next line to `out`; false at the end.
    bool next(std::string& out);

   private:
    void append_value(std::string& out, int column, ColumnType) const;

    sqlite::Connection& connection_;
    Table const& table_;
    sqlite3_stmt* statement_ = nullptr;
  };
  sqlite::Connection& connection() { return connection_; }

 private:
  std::set<std::string> texts(std::string const& sql);

  sqlite::Connection connection_;
};

}  // namespace linebook::moving
