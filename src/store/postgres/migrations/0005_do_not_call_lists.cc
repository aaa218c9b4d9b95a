// Do-not-call lists as files in pieces, of which each node fetches a copy. Installation-wide: both tables are
// reference tables, whose keys do not begin with the account.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0005_do_not_call_lists = R"sql(
CREATE TABLE do_not_call_lists (
  name       TEXT COLLATE "C" NOT NULL,
  version    BIGINT NOT NULL,
  as_of      TEXT COLLATE "C" NOT NULL,
  numbers    BIGINT NOT NULL,
  bytes      BIGINT NOT NULL,
  checksum   BYTEA NOT NULL,
  complete   BOOLEAN NOT NULL,                   -- false while pieces are still coming
  PRIMARY KEY (name, version)
);

CREATE TABLE do_not_call_list_pieces (
  name    TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  piece   BIGINT NOT NULL,                       -- from 0, of at most a mebibyte
  bytes   BYTEA NOT NULL,
  PRIMARY KEY (name, version, piece),
  FOREIGN KEY (name, version) REFERENCES do_not_call_lists (name, version) ON DELETE CASCADE
);
ALTER TABLE do_not_call_list_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;
)sql";

}  // namespace linebook::postgres
