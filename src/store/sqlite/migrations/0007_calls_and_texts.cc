// Calls and texts that Linebook begins: what carriers are still to be asked for them and what they told,
// codes that verify numbers, and lists of people to be called.
//
// Words of texts and calls are sealed, and go: the facts stay.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0007_calls_and_texts = R"sql(
ALTER TABLE pool_numbers ADD COLUMN carrier TEXT;
ALTER TABLE calls ADD COLUMN direction TEXT NOT NULL DEFAULT 'inbound';
ALTER TABLE calls ADD COLUMN phone_id TEXT;
ALTER TABLE calls ADD COLUMN purpose TEXT;
ALTER TABLE calls ADD COLUMN decision_id TEXT;
ALTER TABLE calls ADD COLUMN answered_by TEXT;
ALTER TABLE calls ADD COLUMN voicemail TEXT NOT NULL DEFAULT 'agent';
ALTER TABLE calls ADD COLUMN metadata TEXT;              -- JSON: [["name","value"],…]
ALTER TABLE calls ADD COLUMN error_code INTEGER;
ALTER TABLE calls ADD COLUMN error_message TEXT;
ALTER TABLE calls ADD COLUMN dial_list_id TEXT;
ALTER TABLE calls ADD COLUMN dial_entry_id TEXT;
ALTER TABLE calls ADD COLUMN speech_sealed BLOB;
CREATE INDEX calls_by_called ON calls (account_id, called, started_at, id);
CREATE INDEX calls_by_dial_list ON calls (account_id, dial_list_id, started_at, id)
  WHERE dial_list_id IS NOT NULL;
CREATE INDEX calls_with_speech ON calls (account_id, id) WHERE speech_sealed IS NOT NULL;

CREATE TABLE messages (
  account_id    INTEGER NOT NULL,
  id            TEXT NOT NULL,
  direction     TEXT NOT NULL,
  line_id       TEXT NOT NULL,
  sender        TEXT NOT NULL,
  recipient     TEXT NOT NULL,
  phone_id      TEXT,
  purpose       TEXT,
  decision_id   TEXT,
  status        TEXT NOT NULL,
  text_sealed   BLOB,                   -- none: forgotten
  carrier_sid   TEXT NOT NULL,
  error_code    INTEGER,
  error_message TEXT,
  segments      INTEGER,
  price         TEXT,
  price_unit    TEXT,
  send_at       INTEGER,
  created_at    INTEGER NOT NULL,
  sent_at       INTEGER,
  ended_at      INTEGER,
  updated_at    INTEGER NOT NULL,
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX messages_by_carrier_sid ON messages (account_id, carrier_sid);
CREATE INDEX messages_by_age ON messages (account_id, created_at, id);
CREATE INDEX messages_by_line ON messages (account_id, line_id, created_at, id);
CREATE INDEX messages_by_sender ON messages (account_id, sender, created_at, id);
CREATE INDEX messages_by_recipient ON messages (account_id, recipient, created_at, id);
CREATE INDEX messages_with_text ON messages (account_id, created_at, id) WHERE text_sealed IS NOT NULL;

-- What was told of calls and texts, as it came.
CREATE TABLE status_notices (
  account_id INTEGER NOT NULL,
  subject    TEXT NOT NULL,
  id         TEXT NOT NULL,
  status     TEXT NOT NULL,
  told_by    TEXT NOT NULL,
  error_code INTEGER,
  sequence   INTEGER,
  at         INTEGER NOT NULL,
  PRIMARY KEY (account_id, subject, id)
) STRICT, WITHOUT ROWID;

-- What is still to be asked of carriers for calls and texts: an outbox, one row each.
CREATE TABLE dispatches (
  account_id      INTEGER NOT NULL,
  subject         TEXT NOT NULL,
  channel         TEXT NOT NULL,
  line_id         TEXT NOT NULL,
  carrier_account TEXT NOT NULL,
  stage           TEXT NOT NULL,
  hang_up         INTEGER NOT NULL CHECK (hang_up IN (0, 1)),
  asked_at        INTEGER,
  attempts        INTEGER NOT NULL,
  due_at          INTEGER NOT NULL,
  lease           TEXT,
  lease_until     INTEGER,
  actor           TEXT NOT NULL,
  request_id      TEXT NOT NULL,
  PRIMARY KEY (account_id, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX dispatches_by_due ON dispatches (carrier_account, max(due_at, coalesce(lease_until, due_at)));

-- One for each entry of the contact book: a newer one replaces the older.
CREATE TABLE verifications (
  account_id  INTEGER NOT NULL REFERENCES accounts (id),
  phone_id    TEXT NOT NULL,
  id          TEXT NOT NULL,
  number      TEXT NOT NULL CHECK (length(number) = 10),
  channel     TEXT NOT NULL,
  code_hash   BLOB NOT NULL,            -- keyed: the code itself is nowhere
  checks_left INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  PRIMARY KEY (account_id, phone_id)
) STRICT, WITHOUT ROWID;

-- When codes went to a number lately: one row, so that whoever counts them can hold it.
CREATE TABLE verification_sends (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  number     TEXT NOT NULL CHECK (length(number) = 10),
  times      TEXT NOT NULL,             -- '1795750905000,1795747305000': oldest first
  last_at    INTEGER NOT NULL,
  PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX verification_sends_by_age ON verification_sends (account_id, last_at);

CREATE TABLE dial_lists (
  account_id   INTEGER NOT NULL REFERENCES accounts (id),
  id           TEXT NOT NULL,
  name         TEXT NOT NULL,
  purpose      TEXT NOT NULL,
  plan         TEXT NOT NULL,           -- JSON: whom to call, from where and how
  status       TEXT NOT NULL,
  filled_up_to TEXT,
  filling      INTEGER NOT NULL CHECK (filling IN (0, 1)),
  entries      INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  lease        TEXT,
  lease_until  INTEGER,
  next_call_at INTEGER NOT NULL,
  calls_placed INTEGER NOT NULL,
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dial_lists_by_age ON dial_lists (account_id, created_at, id);
CREATE INDEX dial_lists_by_status ON dial_lists (account_id, status, created_at, id);
CREATE INDEX dial_lists_at_work ON dial_lists (account_id, id) WHERE status = 'running' OR filling = 1;

CREATE TABLE dial_list_entries (
  account_id  INTEGER NOT NULL,
  list_id     TEXT NOT NULL,
  id          TEXT NOT NULL,
  person_type TEXT NOT NULL,
  person_id   TEXT NOT NULL,
  state       TEXT NOT NULL,
  turn_at     INTEGER NOT NULL,
  attempts    INTEGER NOT NULL,
  reason      TEXT,
  outcome     TEXT,
  phone_id    TEXT,
  number      TEXT,
  decision_id TEXT,
  call_id     TEXT,
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (account_id, list_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX dial_list_entries_by_person
  ON dial_list_entries (account_id, list_id, person_type, person_id);
CREATE INDEX dial_list_entries_by_turn
  ON dial_list_entries (account_id, list_id, state, turn_at, id, reason);
-- For whoever looks for entries: in order of id, which stays while they are walked through.
CREATE INDEX dial_list_entries_by_state ON dial_list_entries (account_id, list_id, state, id);
CREATE INDEX dial_list_entries_by_reason ON dial_list_entries (account_id, list_id, reason, state, id)
  WHERE reason IS NOT NULL;
-- Who is given out, and whose number: in one list at a time.
CREATE INDEX dial_list_entries_given_out ON dial_list_entries (account_id, person_type, person_id)
  WHERE state IN ('leased', 'calling');
CREATE INDEX dial_list_entries_number_given_out ON dial_list_entries (account_id, number)
  WHERE state IN ('leased', 'calling');
CREATE INDEX dial_list_entries_calling ON dial_list_entries (account_id, list_id) WHERE state = 'calling';
)sql";

}  // namespace linebook::sqlite
