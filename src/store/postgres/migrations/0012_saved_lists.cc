// Filters of the contact book that accounts keep under a name.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0012_saved_lists = R"sql(
CREATE TABLE saved_lists (
  account_id  BIGINT NOT NULL REFERENCES accounts (id),
  id          TEXT COLLATE "C" NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,
  listed      TEXT COLLATE "C" NOT NULL,            -- phone_numbers, patients, doctors
  search      TEXT COLLATE "C",                     -- this and what follows: nothing where it is not asked for
  person_type TEXT COLLATE "C",
  phone_type  TEXT COLLATE "C",
  is_primary  BOOLEAN,
  verified    BOOLEAN,
  do_not_call BOOLEAN,
  sort        TEXT COLLATE "C" NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX saved_lists_by_name ON saved_lists (account_id, name);
)sql";

}  // namespace linebook::postgres
