// Where a person lives: calling hours ask.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0005_person_states = R"sql(
ALTER TABLE people ADD COLUMN state TEXT;
)sql";

}  // namespace linebook::sqlite
