// Where the database is and how its connections behave.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace linebook::postgres {

class ConnectionSettings {
 public:
  /// Refuses what libpq cannot read. Nothing of `url` but hosts, ports and the database's name is ever told.
  static Result<ConnectionSettings> parse(std::string url);

  std::string const& url() const { return url_; }
  std::string const& place() const { return place_; }  // "db1:5432,db2:5432/linebook"

 private:
  ConnectionSettings() = default;
  std::string url_;
  std::string place_;
};

/// How long the statements of a connection may take. A server that is frozen or cut off is noticed by its
/// silence, which therefore is longer than any statement may run.
struct SessionBounds {
  std::chrono::milliseconds statement;  // at the server
  std::chrono::milliseconds lock;       // waiting for a row, at the server
  std::chrono::milliseconds idle;       // of a transaction between statements, at the server; 0: any
  std::chrono::milliseconds silence;    // of the server
};

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

// A node that freezes inside a transaction holds its rows no longer than `idle`.
inline constexpr SessionBounds writing_bounds{.statement = 4s, .lock = 2s, .idle = 10s, .silence = 6s};
inline constexpr SessionBounds reading_bounds{.statement = 4s, .lock = 2s, .idle = 10s, .silence = 6s};
inline constexpr SessionBounds walking_bounds{.statement = 60s, .lock = 2s, .idle = 0s, .silence = 65s};
inline constexpr SessionBounds migrating_bounds{
    .statement = 3600s, .lock = 60s, .idle = 0s, .silence = 3700s};

}  // namespace linebook::postgres
