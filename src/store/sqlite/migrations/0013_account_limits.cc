// How many requests a minute an account may make with all its keys together, and how many it has made.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0013_account_limits = R"sql(
ALTER TABLE accounts ADD COLUMN rate_limit INTEGER NOT NULL DEFAULT 0 CHECK (rate_limit >= 0);  -- 0: none
CREATE TABLE account_minutes (
  account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
  minute     INTEGER NOT NULL,  -- since the epoch
  taken      INTEGER NOT NULL   -- by all nodes, more than there are once they are used up
) STRICT;
)sql";

}  // namespace linebook::sqlite
