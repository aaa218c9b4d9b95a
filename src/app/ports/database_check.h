// Whether the database's own structures are whole: pages, indexes, constraints.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace linebook {

struct DatabaseFault {
  std::string where;  // "linebook.db, table ledger"
  std::string what;   // in the database's words
};

struct DatabaseVerdict {
  std::vector<std::string> checked;    // what was, in words
  std::vector<std::string> unchecked;  // what could not be, and why
  std::vector<DatabaseFault> faults;

  bool sound() const { return faults.empty(); }
};

/// Told before each table and after the last. May throw to give up.
using CheckProgress = std::function<void(std::uint64_t tables_done, std::uint64_t tables_total)>;

/// A store that runs and can be checked meanwhile.
class DatabaseChecks {
 public:
  virtual ~DatabaseChecks() = default;

  /// Reads everything; waits. An error is what kept it from being checked at all. Any thread.
  virtual Result<DatabaseVerdict> check_database(CheckProgress const&) = 0;
};

}  // namespace linebook
