// Who is signed in with a key, and links that sign in once: a reference table, as api_keys is. Their tokens
// are kept as those of keys are, which accounts now list for themselves.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0011_sessions = R"sql(
CREATE TABLE sessions (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  key_id     TEXT COLLATE "C" NOT NULL REFERENCES api_keys (id),
  use        TEXT COLLATE "C" NOT NULL CHECK (use IN ('signed_in', 'link')),
  token_hash BYTEA NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at   BIGINT,                             -- before it expired: signed out, or the link was used
  ended_in   BIGINT                              -- in which generation (installation, 'keys_generation')
);
CREATE INDEX sessions_by_key ON sessions (key_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX api_keys_by_account ON api_keys (account_id, created_at, id);
CREATE INDEX sessions_by_generation ON sessions (ended_in) WHERE ended_in IS NOT NULL;
)sql";

}  // namespace linebook::postgres
