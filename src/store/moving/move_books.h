// Moves the books of an embedded database into a PostgreSQL database: every row of every table, byte for
// byte, the ledger and its seals included.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace linebook {

struct MovedBooks {
  std::int64_t tables = 0;
  std::int64_t rows = 0;
};

/// Told often: rows that are there, and how many there will be.
using MoveProgress = std::function<void(std::int64_t rows, std::int64_t total)>;

/// `file`: an embedded database of this program's schema, which nobody writes meanwhile. `url`: a PostgreSQL
/// database of this program's schema and without any books, or one into which the same books were being moved
/// before: then it goes on where that ended. Until all is there and was compared, row by row, no node can
/// serve from it. Anything else is refused, and nothing changed. Waits.
Result<MovedBooks> move_books(std::string const& file, std::string const& url, MoveProgress const&);

}  // namespace linebook
