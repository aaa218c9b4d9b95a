// Both books, the ledger and the installation's own tables.
//
// Every key begins with the account, but for the installation-wide reference tables: installation, accounts,
// api_keys, numbers_in_service and pool_numbers. Times are milliseconds since 1970 (UTC), flags 0 or 1.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0001_books = R"sql(
CREATE TABLE installation (
  name  TEXT NOT NULL PRIMARY KEY,   -- 'master_key_fingerprint', 'write_probe'
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  id               INTEGER PRIMARY KEY,
  name             TEXT NOT NULL UNIQUE,
  status           TEXT NOT NULL CHECK (status IN ('active', 'suspended')),
  wrapped_data_key BLOB NOT NULL,
  created_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
  id           TEXT NOT NULL PRIMARY KEY,
  account_id   INTEGER NOT NULL REFERENCES accounts (id),
  name         TEXT NOT NULL,
  token_hash   BLOB NOT NULL UNIQUE,
  scopes       TEXT NOT NULL,
  rate_limit   INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  revoked_at   INTEGER,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;

-- Counters that make the totals of unfiltered lists cost nothing.
CREATE TABLE account_totals (
  account_id      INTEGER NOT NULL PRIMARY KEY REFERENCES accounts (id),
  contact_numbers INTEGER NOT NULL DEFAULT 0,
  patients        INTEGER NOT NULL DEFAULT 0,
  doctors         INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE people (
  account_id     INTEGER NOT NULL REFERENCES accounts (id),
  person_type    TEXT NOT NULL,
  id             TEXT NOT NULL,
  first_name     TEXT NOT NULL,
  last_name      TEXT NOT NULL,
  first_key      TEXT NOT NULL,      -- folded for search
  last_key       TEXT NOT NULL,
  email          TEXT,
  timezone       TEXT,
  contact_window TEXT,
  date_of_birth  TEXT,
  gender         TEXT,
  active         INTEGER NOT NULL,
  deceased       INTEGER NOT NULL,
  npi            TEXT,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  PRIMARY KEY (account_id, person_type, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX people_by_age ON people (account_id, person_type, created_at, id);
CREATE INDEX people_by_name ON people (account_id, person_type, last_key, first_key, id);

CREATE TABLE contact_numbers (
  account_id  INTEGER NOT NULL,
  id          TEXT NOT NULL,
  person_type TEXT NOT NULL,
  person_id   TEXT NOT NULL,
  number      TEXT NOT NULL CHECK (length(number) = 10),
  phone_type  TEXT NOT NULL,
  is_primary  INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
  verified    INTEGER NOT NULL CHECK (verified IN (0, 1)),
  do_not_call INTEGER NOT NULL CHECK (do_not_call IN (0, 1)),
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, person_type, person_id) REFERENCES people (account_id, person_type, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX contact_numbers_by_number ON contact_numbers (account_id, number, person_type, person_id);
CREATE INDEX contact_numbers_by_person ON contact_numbers (account_id, person_type, person_id, id);
CREATE UNIQUE INDEX contact_numbers_primary ON contact_numbers (account_id, person_type, person_id, phone_type)
  WHERE is_primary = 1;

-- Do-not-call outlives the entry that carried it.
CREATE TABLE remembered_do_not_call (
  account_id  INTEGER NOT NULL,
  person_type TEXT NOT NULL,
  person_id   TEXT NOT NULL,
  number      TEXT NOT NULL,
  PRIMARY KEY (account_id, person_type, person_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE ai_agents (
  account_id     INTEGER NOT NULL REFERENCES accounts (id),
  id             TEXT NOT NULL,
  name           TEXT NOT NULL,
  answer_type    TEXT,
  answer_address TEXT,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_agents_by_age ON ai_agents (account_id, created_at, id);

CREATE TABLE lines (
  account_id               INTEGER NOT NULL REFERENCES accounts (id),
  id                       TEXT NOT NULL,
  phone_number             TEXT NOT NULL,
  provider                 TEXT NOT NULL,
  ai_agent_id              TEXT,
  outbound_ai_agent_id     TEXT,
  name                     TEXT,
  fallback_type            TEXT,
  fallback_address         TEXT,
  status                   TEXT NOT NULL,
  status_detail            TEXT,
  created_at               INTEGER NOT NULL,
  updated_at               INTEGER NOT NULL,
  sip_termination_uri      TEXT,        -- byo
  sip_username             TEXT,
  sip_password_sealed      BLOB,
  e164_check               INTEGER,
  twilio_account_sid       TEXT,        -- twilio
  twilio_auth_token_sealed BLOB,
  twilio_phone_number_sid  TEXT,
  area_code                TEXT,        -- pia
  country_code             TEXT,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, ai_agent_id) REFERENCES ai_agents (account_id, id),
  FOREIGN KEY (account_id, outbound_ai_agent_id) REFERENCES ai_agents (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX lines_by_number ON lines (account_id, phone_number);
CREATE INDEX lines_by_age ON lines (account_id, created_at, id);
CREATE INDEX lines_by_agent ON lines (account_id, ai_agent_id) WHERE ai_agent_id IS NOT NULL;
CREATE INDEX lines_by_outbound_agent ON lines (account_id, outbound_ai_agent_id)
  WHERE outbound_ai_agent_id IS NOT NULL;

-- An E.164 number is in service once in the whole installation.
CREATE TABLE numbers_in_service (
  number     TEXT NOT NULL PRIMARY KEY,
  account_id INTEGER NOT NULL,
  line_id    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pool_numbers (
  number       TEXT NOT NULL PRIMARY KEY,
  country_code TEXT NOT NULL,
  area_code    TEXT,
  state        TEXT NOT NULL,
  rests_until  INTEGER,
  account_id   INTEGER REFERENCES accounts (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pool_numbers_available ON pool_numbers (number) WHERE state = 'available';
CREATE INDEX pool_numbers_available_by_area ON pool_numbers (area_code, number) WHERE state = 'available';

-- A table with rows of its own order, since answers may be long: the key is an index beside it.
CREATE TABLE kept_answers (
  account_id INTEGER NOT NULL,
  key_id     TEXT NOT NULL,
  route      TEXT NOT NULL,
  key        TEXT NOT NULL,
  body_hash  BLOB NOT NULL,
  status     INTEGER NOT NULL,
  head       BLOB NOT NULL,
  body       BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, key_id, route, key)
) STRICT;
CREATE INDEX kept_answers_by_age ON kept_answers (created_at);

CREATE TABLE ledger (
  account_id INTEGER NOT NULL,
  sequence   INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  actor      TEXT NOT NULL,
  request_id TEXT NOT NULL,
  entity     TEXT NOT NULL,
  entity_id  TEXT NOT NULL,
  action     TEXT NOT NULL,
  changes    TEXT NOT NULL,             -- JSON
  PRIMARY KEY (account_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_by_entity ON ledger (account_id, entity_id, sequence);

CREATE TABLE ledger_heads (
  account_id    INTEGER NOT NULL PRIMARY KEY,
  last_sequence INTEGER NOT NULL,
  last_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger_seals (
  account_id     INTEGER NOT NULL,
  first_sequence INTEGER NOT NULL,
  last_sequence  INTEGER NOT NULL,
  chain          BLOB NOT NULL,
  entry_macs     BLOB NOT NULL,
  PRIMARY KEY (account_id, first_sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger entries never change'); END;
CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END;
-- REPLACE deletes without a trigger's leave, so what would overwrite is refused before it starts.
CREATE TRIGGER ledger_refuses_overwrite BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE account_id = NEW.account_id AND sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'ledger entries are never overwritten'); END;

CREATE TRIGGER ledger_seals_refuse_update BEFORE UPDATE ON ledger_seals
BEGIN SELECT RAISE(ABORT, 'ledger seals never change'); END;
CREATE TRIGGER ledger_seals_refuse_delete BEFORE DELETE ON ledger_seals
BEGIN SELECT RAISE(ABORT, 'ledger seals are never deleted'); END;
CREATE TRIGGER ledger_seals_refuse_overwrite BEFORE INSERT ON ledger_seals
WHEN EXISTS (SELECT 1 FROM ledger_seals
             WHERE account_id = NEW.account_id AND last_sequence >= NEW.first_sequence)
BEGIN SELECT RAISE(ABORT, 'ledger seals are never overwritten'); END;
)sql";

}  // namespace linebook::sqlite
