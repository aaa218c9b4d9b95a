// Brings a database to the schema that this program knows.
#pragma once

#include "store/sqlite/connection.h"
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

/// Applies what is missing, all of it in one transaction. Where a step fails nothing is changed, and neither
/// is it when the database is of a newer program or not of Linebook at all: throws std::runtime_error.
void migrate(Connection&, std::span<Migration const>);

/// The number of the last migration applied, 0 for an empty database. Throws as migrate() does.
int schema_version(Connection&, std::span<Migration const>);

}  // namespace linebook::sqlite
