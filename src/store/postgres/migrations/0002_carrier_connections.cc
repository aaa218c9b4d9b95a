// Which webhook a number was set to, rather than that it was: after a change of the public address the old
// one is still known as ours.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0002_carrier_connections = R"sql(
ALTER TABLE carrier_tasks ADD COLUMN connected_to TEXT COLLATE "C";
ALTER TABLE carrier_tasks DROP COLUMN connected;
)sql";

}  // namespace linebook::postgres
