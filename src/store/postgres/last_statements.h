// The last statements of a batch before it commits: what its jobs kept in memory. The accounts' heads are
// locked in order of account and stay so until the commit, which is what gives ledgers their order.
#pragma once

#include "store/postgres/book_changes.h"
#include "store/postgres/connection.h"

namespace linebook::postgres {

void queue_last_statements(Connection&, BookChanges const&);

}  // namespace linebook::postgres
