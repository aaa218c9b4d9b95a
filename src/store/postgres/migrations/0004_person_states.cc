// Where a person lives: calling hours ask.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0004_person_states = R"sql(
ALTER TABLE people ADD COLUMN state TEXT COLLATE "C";
)sql";

}  // namespace linebook::postgres
