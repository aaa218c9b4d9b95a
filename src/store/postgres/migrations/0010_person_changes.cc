// When a person, or one of their numbers, last changed: other systems ask for what is new since they last
// asked. And doctors by their NPI.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0010_person_changes = R"sql(
ALTER TABLE people ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
UPDATE people SET changed_at = greatest(updated_at, coalesce((
  SELECT max(c.updated_at) FROM contact_numbers c
  WHERE c.account_id = people.account_id AND c.person_type = people.person_type AND c.person_id = people.id), 0));
CREATE INDEX people_by_change ON people (account_id, person_type, changed_at, id);
CREATE INDEX people_by_npi ON people (account_id, npi) WHERE npi IS NOT NULL;
)sql";

}  // namespace linebook::postgres
