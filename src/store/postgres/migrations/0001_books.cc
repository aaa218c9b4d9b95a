// Both books, the ledger and the installation's own tables.
//
// Every primary, unique and foreign key begins with the account, but for the installation-wide reference
// tables: installation, accounts, api_keys, numbers_in_service and pool_numbers (and those of 0005 and
// calling_hours of 0006). So a distributed PostgreSQL keeps an account's rows together. No sequence, trigger,
// advisory lock or deferrable constraint is needed. Texts are ordered by their bytes (COLLATE "C"), as ids
// and pages want it; times are milliseconds since 1970 (UTC).
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0001_books = R"sql(
CREATE TABLE installation (
  name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,   -- 'master_key_fingerprint', 'keys_generation'
  value TEXT COLLATE "C" NOT NULL
);
INSERT INTO installation (name, value) VALUES ('keys_generation', '1');

CREATE TABLE accounts (
  id               BIGINT NOT NULL PRIMARY KEY,
  name             TEXT COLLATE "C" NOT NULL UNIQUE,
  status           TEXT COLLATE "C" NOT NULL CHECK (status IN ('active', 'suspended')),
  wrapped_data_key BYTEA NOT NULL,
  created_at       BIGINT NOT NULL
);

CREATE TABLE api_keys (
  id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account_id   BIGINT NOT NULL REFERENCES accounts (id),
  name         TEXT COLLATE "C" NOT NULL,
  token_hash   BYTEA NOT NULL UNIQUE,
  scopes       TEXT COLLATE "C" NOT NULL,
  rate_limit   BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT,
  revoked_at   BIGINT,
  last_used_at BIGINT
);

CREATE TABLE people (
  account_id     BIGINT NOT NULL REFERENCES accounts (id),
  person_type    TEXT COLLATE "C" NOT NULL,
  id             TEXT COLLATE "C" NOT NULL,
  first_name     TEXT COLLATE "C" NOT NULL,
  last_name      TEXT COLLATE "C" NOT NULL,
  first_key      TEXT COLLATE "C" NOT NULL,      -- folded for search
  last_key       TEXT COLLATE "C" NOT NULL,
  email          TEXT COLLATE "C",
  timezone       TEXT COLLATE "C",
  contact_window TEXT COLLATE "C",
  date_of_birth  TEXT COLLATE "C",
  gender         TEXT COLLATE "C",
  active         BOOLEAN NOT NULL,
  deceased       BOOLEAN NOT NULL,
  npi            TEXT COLLATE "C",
  created_at     BIGINT NOT NULL,
  updated_at     BIGINT NOT NULL,
  PRIMARY KEY (account_id, person_type, id)
);
CREATE INDEX people_by_age ON people (account_id, person_type, created_at, id);
CREATE INDEX people_by_name ON people (account_id, person_type, last_key, first_key, id);

CREATE TABLE contact_numbers (
  account_id  BIGINT NOT NULL,
  id          TEXT COLLATE "C" NOT NULL,
  person_type TEXT COLLATE "C" NOT NULL,
  person_id   TEXT COLLATE "C" NOT NULL,
  number      TEXT COLLATE "C" NOT NULL CHECK (length(number) = 10),
  phone_type  TEXT COLLATE "C" NOT NULL,
  is_primary  BOOLEAN NOT NULL,
  verified    BOOLEAN NOT NULL,
  do_not_call BOOLEAN NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, person_type, person_id) REFERENCES people (account_id, person_type, id)
);
CREATE UNIQUE INDEX contact_numbers_by_number ON contact_numbers (account_id, number, person_type, person_id);
CREATE INDEX contact_numbers_by_person ON contact_numbers (account_id, person_type, person_id, id);
CREATE UNIQUE INDEX contact_numbers_primary ON contact_numbers (account_id, person_type, person_id, phone_type)
  WHERE is_primary;

-- Do-not-call outlives the entry that carried it.
CREATE TABLE remembered_do_not_call (
  account_id  BIGINT NOT NULL,
  person_type TEXT COLLATE "C" NOT NULL,
  person_id   TEXT COLLATE "C" NOT NULL,
  number      TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (account_id, person_type, person_id, number)
);

CREATE TABLE ai_agents (
  account_id     BIGINT NOT NULL REFERENCES accounts (id),
  id             TEXT COLLATE "C" NOT NULL,
  name           TEXT COLLATE "C" NOT NULL,
  answer_type    TEXT COLLATE "C",
  answer_address TEXT COLLATE "C",
  created_at     BIGINT NOT NULL,
  updated_at     BIGINT NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX ai_agents_by_age ON ai_agents (account_id, created_at, id);

CREATE TABLE lines (
  account_id               BIGINT NOT NULL REFERENCES accounts (id),
  id                       TEXT COLLATE "C" NOT NULL,
  phone_number             TEXT COLLATE "C" NOT NULL,
  provider                 TEXT COLLATE "C" NOT NULL,
  ai_agent_id              TEXT COLLATE "C",
  outbound_ai_agent_id     TEXT COLLATE "C",
  name                     TEXT COLLATE "C",
  fallback_type            TEXT COLLATE "C",
  fallback_address         TEXT COLLATE "C",
  status                   TEXT COLLATE "C" NOT NULL,
  status_detail            TEXT COLLATE "C",
  created_at               BIGINT NOT NULL,
  updated_at               BIGINT NOT NULL,
  sip_termination_uri      TEXT COLLATE "C",        -- byo
  sip_username             TEXT COLLATE "C",
  sip_password_sealed      BYTEA,
  e164_check               BOOLEAN,
  twilio_account_sid       TEXT COLLATE "C",        -- twilio
  twilio_auth_token_sealed BYTEA,
  twilio_phone_number_sid  TEXT COLLATE "C",
  area_code                TEXT COLLATE "C",        -- pia
  country_code             TEXT COLLATE "C",
  twilio_capabilities      TEXT COLLATE "C",        -- 'voice,sms'
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, ai_agent_id) REFERENCES ai_agents (account_id, id),
  FOREIGN KEY (account_id, outbound_ai_agent_id) REFERENCES ai_agents (account_id, id)
);
CREATE UNIQUE INDEX lines_by_number ON lines (account_id, phone_number);
CREATE INDEX lines_by_age ON lines (account_id, created_at, id);
CREATE INDEX lines_by_agent ON lines (account_id, ai_agent_id) WHERE ai_agent_id IS NOT NULL;
CREATE INDEX lines_by_outbound_agent ON lines (account_id, outbound_ai_agent_id)
  WHERE outbound_ai_agent_id IS NOT NULL;

-- An E.164 number is in service once in the whole installation.
CREATE TABLE numbers_in_service (
  number     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL,
  line_id    TEXT COLLATE "C" NOT NULL
);

CREATE TABLE pool_numbers (
  number       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  country_code TEXT COLLATE "C" NOT NULL,
  area_code    TEXT COLLATE "C",
  state        TEXT COLLATE "C" NOT NULL,
  rests_until  BIGINT,
  account_id   BIGINT REFERENCES accounts (id)
);
CREATE INDEX pool_numbers_available ON pool_numbers (number) WHERE state = 'available';
CREATE INDEX pool_numbers_available_by_area ON pool_numbers (area_code, number) WHERE state = 'available';

-- What is to be done at carriers: an outbox, one row a line. No foreign key: a line that gets its number is
-- removed and inserted anew.
CREATE TABLE carrier_tasks (
  account_id        BIGINT NOT NULL,
  line_id           TEXT COLLATE "C" NOT NULL,
  goal              TEXT COLLATE "C" NOT NULL,
  source            TEXT COLLATE "C" NOT NULL,
  area_code         TEXT COLLATE "C",
  country_code      TEXT COLLATE "C" NOT NULL,
  purchase          TEXT COLLATE "C" NOT NULL,
  purchase_doubtful BOOLEAN NOT NULL,
  absences          BIGINT NOT NULL,
  snatched          BIGINT NOT NULL,
  connected         BOOLEAN NOT NULL,
  take_back         BOOLEAN NOT NULL,
  earlier           TEXT COLLATE "C",                -- JSON
  resting           BOOLEAN NOT NULL,
  attempts          BIGINT NOT NULL,
  due_at            BIGINT NOT NULL,
  lease             TEXT COLLATE "C",
  lease_until       BIGINT,
  failure_kind      TEXT COLLATE "C",
  failure_code      BIGINT,
  failure_message   TEXT COLLATE "C",
  actor             TEXT COLLATE "C" NOT NULL,
  request_id        TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (account_id, line_id)
);
CREATE INDEX carrier_tasks_by_due ON carrier_tasks (greatest(due_at, coalesce(lease_until, due_at)));

CREATE TABLE calls (
  account_id       BIGINT NOT NULL,
  id               TEXT COLLATE "C" NOT NULL,
  carrier_sid      TEXT COLLATE "C" NOT NULL,
  line_id          TEXT COLLATE "C" NOT NULL,
  caller           TEXT COLLATE "C" NOT NULL,
  called           TEXT COLLATE "C" NOT NULL,
  status           TEXT COLLATE "C" NOT NULL,
  action           TEXT COLLATE "C",
  ai_agent_id      TEXT COLLATE "C",
  duration_seconds BIGINT,
  started_at       BIGINT NOT NULL,
  ended_at         BIGINT,
  updated_at       BIGINT NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX calls_by_carrier_sid ON calls (account_id, carrier_sid);
CREATE INDEX calls_by_age ON calls (account_id, started_at, id);
CREATE INDEX calls_by_line ON calls (account_id, line_id, started_at, id);
CREATE INDEX calls_by_caller ON calls (account_id, caller, started_at, id);

CREATE TABLE kept_answers (
  account_id BIGINT NOT NULL,
  key_id     TEXT COLLATE "C" NOT NULL,
  route      TEXT COLLATE "C" NOT NULL,
  key        TEXT COLLATE "C" NOT NULL,
  body_hash  BYTEA NOT NULL,
  status     BIGINT NOT NULL,
  head       BYTEA NOT NULL,
  body       BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, key_id, route, key)
);
CREATE INDEX kept_answers_by_age ON kept_answers (created_at);

CREATE TABLE ledger (
  account_id BIGINT NOT NULL,
  sequence   BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  actor      TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C" NOT NULL,
  entity     TEXT COLLATE "C" NOT NULL,
  entity_id  TEXT COLLATE "C" NOT NULL,
  action     TEXT COLLATE "C" NOT NULL,
  changes    TEXT COLLATE "C" NOT NULL,             -- JSON, to be kept byte for byte
  PRIMARY KEY (account_id, sequence)
);
CREATE INDEX ledger_by_entity ON ledger (account_id, entity_id, sequence);

-- Where an account's ledger ends, and the totals of its lists. A transaction changes this row last and holds
-- it until it commits: so sequences have no gaps and become visible in order.
CREATE TABLE ledger_heads (
  account_id      BIGINT NOT NULL PRIMARY KEY,
  last_sequence   BIGINT NOT NULL,
  previous_at     BIGINT NOT NULL,                  -- what last_at was before the last change
  last_at         BIGINT NOT NULL,
  contact_numbers BIGINT NOT NULL,
  patients        BIGINT NOT NULL,
  doctors         BIGINT NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE ledger_seals (
  account_id     BIGINT NOT NULL,
  first_sequence BIGINT NOT NULL,
  last_sequence  BIGINT NOT NULL,
  chain          BYTEA NOT NULL,
  entry_macs     BYTEA NOT NULL,
  PRIMARY KEY (account_id, first_sequence)
);

-- What tells whether a batch was committed whose answer was lost. 'void': it never will be.
CREATE TABLE commit_markers (
  account_id BIGINT NOT NULL,
  batch      TEXT COLLATE "C" NOT NULL,
  state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('committed', 'void')),
  looked_up  BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, batch)
);
)sql";

}  // namespace linebook::postgres
