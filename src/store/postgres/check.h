// What can be told from within about whether a PostgreSQL database is whole.
#pragma once

#include "app/ports/database_check.h"
#include "store/postgres/connection.h"

namespace linebook::postgres {

/// Reads every row of every table; checks every index and heap where the extension amcheck is there and may
/// be used; looks for indexes and constraints that do not hold, for references to nothing, and for what page
/// checksums have found. What could not be done is told. Throws ConnectionLost, and what `progress` throws.
DatabaseVerdict check_database(Connection&, CheckProgress const&);

}  // namespace linebook::postgres
