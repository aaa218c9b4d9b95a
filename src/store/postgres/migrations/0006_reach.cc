// May somebody be reached? What is known of numbers, what their people agreed to or asked for, how often they
// were tried, the accounts' policies, and every decision that was taken on it.
//
// Installation-wide: calling_hours. Decisions are numbered, sealed and never changed, as the ledger's entries
// are; they go after five years, and no day before.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0006_reach = R"sql(
ALTER TABLE contact_numbers ADD COLUMN verified_at BIGINT;
ALTER TABLE contact_numbers ADD COLUMN wrong_number_at BIGINT;
ALTER TABLE contact_numbers ADD COLUMN undeliverable_at BIGINT;

CREATE TABLE contact_policies (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  version    BIGINT NOT NULL,
  document   TEXT COLLATE "C" NOT NULL,             -- JSON
  updated_at BIGINT NOT NULL
);

-- The states' hours that were loaded, as CSV; the newest version holds.
CREATE TABLE calling_hours (
  version   BIGINT NOT NULL PRIMARY KEY,
  source    TEXT COLLATE "C" NOT NULL,
  as_of     TEXT COLLATE "C" NOT NULL,
  document  TEXT COLLATE "C" NOT NULL,
  loaded_at BIGINT NOT NULL
);

CREATE TABLE consents (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  id         TEXT COLLATE "C" NOT NULL,
  phone_id   TEXT COLLATE "C" NOT NULL,
  channel    TEXT COLLATE "C" NOT NULL,
  purpose    TEXT COLLATE "C" NOT NULL,
  status     TEXT COLLATE "C" NOT NULL,
  basis      TEXT COLLATE "C" NOT NULL,
  at         BIGINT NOT NULL,
  expires_at BIGINT,
  evidence   TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX consents_by_phone ON consents (account_id, phone_id, channel, purpose, at, id);

CREATE TABLE suppressions (
  account_id  BIGINT NOT NULL REFERENCES accounts (id),
  number      TEXT COLLATE "C" NOT NULL CHECK (length(number) = 10),
  call_reason TEXT COLLATE "C",
  call_at     BIGINT,
  text_reason TEXT COLLATE "C",
  text_at     BIGINT,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  PRIMARY KEY (account_id, number)
);
CREATE INDEX suppressions_by_age ON suppressions (account_id, created_at, number);

CREATE TABLE contact_attempts (
  account_id  BIGINT NOT NULL REFERENCES accounts (id),
  id          TEXT COLLATE "C" NOT NULL,
  number      TEXT COLLATE "C" NOT NULL CHECK (length(number) = 10),
  phone_id    TEXT COLLATE "C",
  channel     TEXT COLLATE "C" NOT NULL,
  purpose     TEXT COLLATE "C",
  decision_id TEXT COLLATE "C",
  outcome     TEXT COLLATE "C",
  note        TEXT COLLATE "C",
  inbound     BOOLEAN NOT NULL,
  at          BIGINT NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX contact_attempts_by_number ON contact_attempts (account_id, number, at);
CREATE UNIQUE INDEX contact_attempts_by_decision ON contact_attempts (account_id, decision_id)
  WHERE decision_id IS NOT NULL;

-- What the database of reassigned numbers answered last.
CREATE TABLE reassigned_answers (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  number     TEXT COLLATE "C" NOT NULL CHECK (length(number) = 10),
  answer     TEXT COLLATE "C" NOT NULL,
  on_date    TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (account_id, number)
);

CREATE TABLE decisions (
  account_id BIGINT NOT NULL,
  sequence   BIGINT NOT NULL,
  id         TEXT COLLATE "C" NOT NULL,
  at         BIGINT NOT NULL,
  number     TEXT COLLATE "C" NOT NULL,
  channel    TEXT COLLATE "C" NOT NULL,
  purpose    TEXT COLLATE "C" NOT NULL,
  allowed    BOOLEAN NOT NULL,
  actor      TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C" NOT NULL,
  document   TEXT COLLATE "C" NOT NULL,             -- JSON: the rest
  PRIMARY KEY (account_id, sequence)
);
CREATE UNIQUE INDEX decisions_by_id ON decisions (account_id, id);
CREATE INDEX decisions_by_number ON decisions (account_id, number, id);

-- Whom a decision was about.
CREATE TABLE decided_people (
  account_id  BIGINT NOT NULL,
  person_type TEXT COLLATE "C" NOT NULL,
  person_id   TEXT COLLATE "C" NOT NULL,
  decision_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (account_id, person_type, person_id, decision_id)
);

-- A transaction changes this row last and holds it until it commits, as ledger_heads.
CREATE TABLE decision_heads (
  account_id      BIGINT NOT NULL PRIMARY KEY,
  last_sequence   BIGINT NOT NULL,
  forgotten_up_to BIGINT NOT NULL DEFAULT 0,
  forgotten_mac   BYTEA                  -- over what was forgotten: nobody else moves the mark
);

CREATE TABLE decision_seals (
  account_id     BIGINT NOT NULL,
  first_sequence BIGINT NOT NULL,
  last_sequence  BIGINT NOT NULL,
  chain          BYTEA NOT NULL,
  entry_macs     BYTEA NOT NULL,
  PRIMARY KEY (account_id, first_sequence)
);
)sql";

}  // namespace linebook::postgres
