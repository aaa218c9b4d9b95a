// Filters of the contact book that accounts keep under a name.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0012_saved_lists = R"sql(
CREATE TABLE saved_lists (
  account_id  INTEGER NOT NULL REFERENCES accounts (id),
  id          TEXT NOT NULL,
  name        TEXT NOT NULL,
  listed      TEXT NOT NULL,            -- phone_numbers, patients, doctors
  search      TEXT,                     -- this and what follows: nothing where it is not asked for
  person_type TEXT,
  phone_type  TEXT,
  is_primary  INTEGER CHECK (is_primary IN (0, 1)),
  verified    INTEGER CHECK (verified IN (0, 1)),
  do_not_call INTEGER CHECK (do_not_call IN (0, 1)),
  sort        TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX saved_lists_by_name ON saved_lists (account_id, name);
)sql";

}  // namespace linebook::sqlite
