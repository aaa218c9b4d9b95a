// An account's numbers are looked up in memory (store/search), so no index in order of number is kept: in it
// every new number would land on a page of its own, written twice. For the same reason one index serves for
// the numbers of a person: few, so that whoever wants them by age puts them in order.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0003_numbers_in_memory = R"sql(
DROP INDEX contact_numbers_by_number;
DROP INDEX contact_numbers_by_person;
CREATE UNIQUE INDEX contact_numbers_on_person ON contact_numbers (account_id, person_type, person_id, number);
)sql";

}  // namespace linebook::sqlite
