// Who is signed in with a key, and links that sign in once. Their tokens are kept as those of keys are, which
// accounts now list for themselves.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0011_sessions = R"sql(
CREATE TABLE sessions (
  id         TEXT NOT NULL PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  key_id     TEXT NOT NULL REFERENCES api_keys (id),
  use        TEXT NOT NULL CHECK (use IN ('signed_in', 'link')),
  token_hash BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at   INTEGER                            -- before it expired: signed out, or the link was used
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_key ON sessions (key_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX api_keys_by_account ON api_keys (account_id, created_at, id);
)sql";

}  // namespace linebook::sqlite
