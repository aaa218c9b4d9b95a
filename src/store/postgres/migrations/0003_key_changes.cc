// Which keys and accounts changed, and in which generation (installation, 'keys_generation'): what each node
// remembers of them it forgets, and nothing else. A row a key that was ever revoked, and one an account that
// was ever suspended.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0003_key_changes = R"sql(
CREATE TABLE key_changes (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  key_id     TEXT COLLATE "C" NOT NULL,          -- '': the account itself
  generation BIGINT NOT NULL,
  PRIMARY KEY (account_id, key_id)
);
CREATE INDEX key_changes_by_generation ON key_changes (generation);
)sql";

}  // namespace linebook::postgres
