// FHIR servers that accounts are kept in step with, and whom of the account each of them has.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0009_fhir_sources = R"sql(
CREATE TABLE fhir_sources (
  account_id    INTEGER NOT NULL REFERENCES accounts (id),
  id            TEXT NOT NULL,
  name          TEXT NOT NULL,
  url           TEXT NOT NULL,
  token_sealed  BLOB NOT NULL,
  prefer        TEXT NOT NULL,
  every_seconds INTEGER,                -- none: when it is asked for
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  due_at        INTEGER,                -- when a run is to begin, or began
  lease         TEXT,
  lease_until   INTEGER,
  progress      TEXT NOT NULL,          -- JSON: how far it has come, and the last run
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX fhir_sources_by_name ON fhir_sources (account_id, name);
CREATE INDEX fhir_sources_by_turn ON fhir_sources (due_at) WHERE due_at IS NOT NULL;

-- People whom a source has too: what it had when both were last in step.
CREATE TABLE fhir_links (
  account_id  INTEGER NOT NULL,
  source_id   TEXT NOT NULL,
  person_type TEXT NOT NULL,
  person_id   TEXT NOT NULL,
  version     TEXT NOT NULL,            -- of the resource; empty: not known
  base        TEXT NOT NULL,            -- JSON
  synced_at   INTEGER NOT NULL,
  push_due    INTEGER NOT NULL CHECK (push_due IN (0, 1)),
  PRIMARY KEY (account_id, source_id, person_type, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fhir_links_to_push ON fhir_links (account_id, source_id, person_type, person_id)
  WHERE push_due = 1;
)sql";

}  // namespace linebook::sqlite
