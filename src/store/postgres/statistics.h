// The planner's statistics of tables that are young or have grown much. Autovacuum looks after tables within
// minutes; until then the planner takes a table that it has never looked at for one with many accounts, and
// may choose an index that begins right and then reads all of an account.
#pragma once

#include "store/postgres/connection.h"

namespace linebook::postgres {

/// Has the server look at tables that are several times as large as when it last did. Cheap where there are
/// none, as nearly always. A table that somebody else looks at, or that is another user's, is passed over.
/// Throws StatementRefused where a look takes longer than a statement of this connection may.
void refresh_statistics(Connection&);

}  // namespace linebook::postgres
