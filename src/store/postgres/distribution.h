// An installation on Citus. What belongs to an account is spread over the workers, all of an account on one
// of them; what belongs to the whole installation stays on the coordinator, so that a worker which is away
// takes nobody with it but the accounts it holds (docs/adr/0021-accounts-on-workers.md).
#pragma once

#include "store/postgres/connection.h"

namespace linebook::postgres {

/// Whether the tables of accounts are spread. Throws std::runtime_error where only some of them are.
bool is_distributed(Connection&);

/// Spreads those that are not yet, with the rows that they hold, in one transaction. Throws
/// std::runtime_error, and changes nothing, where Citus is not ready for it or nodes are still at work.
void distribute(Connection&);

/// As `distribute` where a migration made tables in a database that is distributed; else nothing.
void distribute_new_tables(Connection&);

}  // namespace linebook::postgres
