// May somebody be reached? What is known of numbers, what their people agreed to or asked for, how often they
// were tried, the accounts' policies, and every decision that was taken on it.
//
// Installation-wide: calling_hours. Decisions are numbered, sealed and never changed, as the ledger's entries
// are; they go after five years, and no day before.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0006_reach = R"sql(
ALTER TABLE contact_numbers ADD COLUMN verified_at INTEGER;
ALTER TABLE contact_numbers ADD COLUMN wrong_number_at INTEGER;
ALTER TABLE contact_numbers ADD COLUMN undeliverable_at INTEGER;

CREATE TABLE contact_policies (
  account_id INTEGER NOT NULL PRIMARY KEY REFERENCES accounts (id),
  version    INTEGER NOT NULL,
  document   TEXT NOT NULL,             -- JSON
  updated_at INTEGER NOT NULL
) STRICT;

-- The states' hours that were loaded, as CSV; the newest version holds.
CREATE TABLE calling_hours (
  version   INTEGER NOT NULL PRIMARY KEY,
  source    TEXT NOT NULL,
  as_of     TEXT NOT NULL,
  document  TEXT NOT NULL,
  loaded_at INTEGER NOT NULL
) STRICT;

CREATE TABLE consents (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  id         TEXT NOT NULL,
  phone_id   TEXT NOT NULL,
  channel    TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  status     TEXT NOT NULL,
  basis      TEXT NOT NULL,
  at         INTEGER NOT NULL,
  expires_at INTEGER,
  evidence   TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_by_phone ON consents (account_id, phone_id, channel, purpose, at, id);

CREATE TABLE suppressions (
  account_id  INTEGER NOT NULL REFERENCES accounts (id),
  number      TEXT NOT NULL CHECK (length(number) = 10),
  call_reason TEXT,
  call_at     INTEGER,
  text_reason TEXT,
  text_at     INTEGER,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX suppressions_by_age ON suppressions (account_id, created_at, number);

CREATE TABLE contact_attempts (
  account_id  INTEGER NOT NULL REFERENCES accounts (id),
  id          TEXT NOT NULL,
  number      TEXT NOT NULL CHECK (length(number) = 10),
  phone_id    TEXT,
  channel     TEXT NOT NULL,
  purpose     TEXT,
  decision_id TEXT,
  outcome     TEXT,
  note        TEXT,
  inbound     INTEGER NOT NULL CHECK (inbound IN (0, 1)),
  at          INTEGER NOT NULL,
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_attempts_by_number ON contact_attempts (account_id, number, at);
CREATE UNIQUE INDEX contact_attempts_by_decision ON contact_attempts (account_id, decision_id)
  WHERE decision_id IS NOT NULL;

-- What the database of reassigned numbers answered last.
CREATE TABLE reassigned_answers (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  number     TEXT NOT NULL CHECK (length(number) = 10),
  answer     TEXT NOT NULL,
  on_date    TEXT NOT NULL,
  PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
  account_id INTEGER NOT NULL,
  sequence   INTEGER NOT NULL,
  id         TEXT NOT NULL,
  at         INTEGER NOT NULL,
  number     TEXT NOT NULL,
  channel    TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  allowed    INTEGER NOT NULL CHECK (allowed IN (0, 1)),
  actor      TEXT NOT NULL,
  request_id TEXT NOT NULL,
  document   TEXT NOT NULL,             -- JSON: the rest
  PRIMARY KEY (account_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX decisions_by_id ON decisions (account_id, id);
CREATE INDEX decisions_by_number ON decisions (account_id, number, id);

-- Whom a decision was about.
CREATE TABLE decided_people (
  account_id  INTEGER NOT NULL,
  person_type TEXT NOT NULL,
  person_id   TEXT NOT NULL,
  decision_id TEXT NOT NULL,
  PRIMARY KEY (account_id, person_type, person_id, decision_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision_heads (
  account_id      INTEGER NOT NULL PRIMARY KEY,
  last_sequence   INTEGER NOT NULL,
  forgotten_up_to INTEGER NOT NULL DEFAULT 0,
  forgotten_mac   BLOB                  -- over what was forgotten: nobody else moves the mark
) STRICT;

CREATE TABLE decision_seals (
  account_id     INTEGER NOT NULL,
  first_sequence INTEGER NOT NULL,
  last_sequence  INTEGER NOT NULL,
  chain          BLOB NOT NULL,
  entry_macs     BLOB NOT NULL,
  PRIMARY KEY (account_id, first_sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER decisions_refuse_update BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions never change'); END;
-- 1,827 days: five years with the most leap days.
CREATE TRIGGER decisions_refuse_delete BEFORE DELETE ON decisions
WHEN OLD.at > (CAST(strftime('%s', 'now') AS INTEGER) - 1827 * 86400) * 1000
BEGIN SELECT RAISE(ABORT, 'decisions are kept five years'); END;
CREATE TRIGGER decisions_refuse_overwrite BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE account_id = NEW.account_id AND sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'decisions are never overwritten'); END;

CREATE TRIGGER decision_seals_refuse_update BEFORE UPDATE ON decision_seals
BEGIN SELECT RAISE(ABORT, 'seals of decisions never change'); END;
CREATE TRIGGER decision_seals_refuse_delete BEFORE DELETE ON decision_seals
BEGIN SELECT RAISE(ABORT, 'seals of decisions are never deleted'); END;
CREATE TRIGGER decision_seals_refuse_overwrite BEFORE INSERT ON decision_seals
WHEN EXISTS (SELECT 1 FROM decision_seals
             WHERE account_id = NEW.account_id AND last_sequence >= NEW.first_sequence)
BEGIN SELECT RAISE(ABORT, 'seals of decisions are never overwritten'); END;
)sql";

}  // namespace linebook::sqlite
