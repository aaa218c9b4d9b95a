// How many requests a minute an account may make with all its keys together, and how many it has made.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0013_account_limits = R"sql(
ALTER TABLE accounts ADD COLUMN rate_limit BIGINT NOT NULL DEFAULT 0 CHECK (rate_limit >= 0);  -- 0: none
-- What it holds is of this minute: after a crash of the database the minute is counted anew.
CREATE UNLOGGED TABLE account_minutes (
  account_id BIGINT PRIMARY KEY REFERENCES accounts (id),
  minute     BIGINT NOT NULL,  -- since the epoch
  taken      BIGINT NOT NULL   -- by all nodes, more than there are once they are used up
);
)sql";

}  // namespace linebook::postgres
