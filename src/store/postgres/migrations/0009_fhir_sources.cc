// FHIR servers that accounts are kept in step with, and whom of the account each of them has.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0009_fhir_sources = R"sql(
CREATE TABLE fhir_sources (
  account_id    BIGINT NOT NULL REFERENCES accounts (id),
  id            TEXT COLLATE "C" NOT NULL,
  name          TEXT COLLATE "C" NOT NULL,
  url           TEXT COLLATE "C" NOT NULL,
  token_sealed  BYTEA NOT NULL,
  prefer        TEXT COLLATE "C" NOT NULL,
  every_seconds BIGINT,                -- none: when it is asked for
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  due_at        BIGINT,                -- when a run is to begin, or began
  lease         TEXT COLLATE "C",
  lease_until   BIGINT,
  progress      TEXT COLLATE "C" NOT NULL,          -- JSON: how far it has come, and the last run
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX fhir_sources_by_name ON fhir_sources (account_id, name);
CREATE INDEX fhir_sources_by_turn ON fhir_sources (due_at) WHERE due_at IS NOT NULL;

-- People whom a source has too: what it had when both were last in step.
CREATE TABLE fhir_links (
  account_id  BIGINT NOT NULL,
  source_id   TEXT COLLATE "C" NOT NULL,
  person_type TEXT COLLATE "C" NOT NULL,
  person_id   TEXT COLLATE "C" NOT NULL,
  version     TEXT COLLATE "C" NOT NULL,            -- of the resource; empty: not known
  base        TEXT COLLATE "C" NOT NULL,            -- JSON
  synced_at   BIGINT NOT NULL,
  push_due    BOOLEAN NOT NULL,
  PRIMARY KEY (account_id, source_id, person_type, person_id)
);
CREATE INDEX fhir_links_to_push ON fhir_links (account_id, source_id, person_type, person_id)
  WHERE push_due;
)sql";

}  // namespace linebook::postgres
