// Brings a database to the schema that this program knows. Any number of nodes may try at once: a row that is
// locked lets one of them work while the others wait.
#pragma once

#include <span>

#include "store/postgres/connection.h"
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

/// What is done where the database is of an older program.
enum class OlderSchema { is_refused, is_brought_up };

/// Makes the schema in an empty database, in one transaction. Throws std::runtime_error, and changes nothing,
/// when the database is of a newer program or not of Linebook at all, or older and that is refused. Tells the
/// number of the last migration.
int ready_schema(Connection&, std::span<Migration const>, OlderSchema);

}  // namespace linebook::postgres
