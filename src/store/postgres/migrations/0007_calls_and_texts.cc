// Calls and texts that Linebook begins: what carriers are still to be asked for them and what they told,
// codes that verify numbers, and lists of people to be called.
//
// Words of texts and calls are sealed, and go: the facts stay.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0007_calls_and_texts = R"sql(
ALTER TABLE pool_numbers ADD COLUMN carrier TEXT COLLATE "C";
ALTER TABLE calls ADD COLUMN direction TEXT COLLATE "C" NOT NULL DEFAULT 'inbound';
ALTER TABLE calls ADD COLUMN phone_id TEXT COLLATE "C";
ALTER TABLE calls ADD COLUMN purpose TEXT COLLATE "C";
ALTER TABLE calls ADD COLUMN decision_id TEXT COLLATE "C";
ALTER TABLE calls ADD COLUMN answered_by TEXT COLLATE "C";
ALTER TABLE calls ADD COLUMN voicemail TEXT COLLATE "C" NOT NULL DEFAULT 'agent';
ALTER TABLE calls ADD COLUMN metadata TEXT COLLATE "C";              -- JSON: [["name","value"],…]
ALTER TABLE calls ADD COLUMN error_code BIGINT;
ALTER TABLE calls ADD COLUMN error_message TEXT COLLATE "C";
ALTER TABLE calls ADD COLUMN dial_list_id TEXT COLLATE "C";
ALTER TABLE calls ADD COLUMN dial_entry_id TEXT COLLATE "C";
ALTER TABLE calls ADD COLUMN speech_sealed BYTEA;
CREATE INDEX calls_by_called ON calls (account_id, called, started_at, id);
CREATE INDEX calls_by_dial_list ON calls (account_id, dial_list_id, started_at, id)
  WHERE dial_list_id IS NOT NULL;
CREATE INDEX calls_with_speech ON calls (account_id, id) WHERE speech_sealed IS NOT NULL;

CREATE TABLE messages (
  account_id    BIGINT NOT NULL,
  id            TEXT COLLATE "C" NOT NULL,
  direction     TEXT COLLATE "C" NOT NULL,
  line_id       TEXT COLLATE "C" NOT NULL,
  sender        TEXT COLLATE "C" NOT NULL,
  recipient     TEXT COLLATE "C" NOT NULL,
  phone_id      TEXT COLLATE "C",
  purpose       TEXT COLLATE "C",
  decision_id   TEXT COLLATE "C",
  status        TEXT COLLATE "C" NOT NULL,
  text_sealed   BYTEA,                   -- none: forgotten
  carrier_sid   TEXT COLLATE "C" NOT NULL,
  error_code    BIGINT,
  error_message TEXT COLLATE "C",
  segments      BIGINT,
  price         TEXT COLLATE "C",
  price_unit    TEXT COLLATE "C",
  send_at       BIGINT,
  created_at    BIGINT NOT NULL,
  sent_at       BIGINT,
  ended_at      BIGINT,
  updated_at    BIGINT NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX messages_by_carrier_sid ON messages (account_id, carrier_sid);
CREATE INDEX messages_by_age ON messages (account_id, created_at, id);
CREATE INDEX messages_by_line ON messages (account_id, line_id, created_at, id);
CREATE INDEX messages_by_sender ON messages (account_id, sender, created_at, id);
CREATE INDEX messages_by_recipient ON messages (account_id, recipient, created_at, id);
CREATE INDEX messages_with_text ON messages (account_id, created_at, id) WHERE text_sealed IS NOT NULL;

-- What was told of calls and texts, as it came.
CREATE TABLE status_notices (
  account_id BIGINT NOT NULL,
  subject    TEXT COLLATE "C" NOT NULL,
  id         TEXT COLLATE "C" NOT NULL,
  status     TEXT COLLATE "C" NOT NULL,
  told_by    TEXT COLLATE "C" NOT NULL,
  error_code BIGINT,
  sequence   BIGINT,
  at         BIGINT NOT NULL,
  PRIMARY KEY (account_id, subject, id)
);

-- What is still to be asked of carriers for calls and texts: an outbox, one row each.
CREATE TABLE dispatches (
  account_id      BIGINT NOT NULL,
  subject         TEXT COLLATE "C" NOT NULL,
  channel         TEXT COLLATE "C" NOT NULL,
  line_id         TEXT COLLATE "C" NOT NULL,
  carrier_account TEXT COLLATE "C" NOT NULL,
  stage           TEXT COLLATE "C" NOT NULL,
  hang_up         BOOLEAN NOT NULL,
  asked_at        BIGINT,
  attempts        BIGINT NOT NULL,
  due_at          BIGINT NOT NULL,
  lease           TEXT COLLATE "C",
  lease_until     BIGINT,
  actor           TEXT COLLATE "C" NOT NULL,
  request_id      TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (account_id, subject)
);
CREATE INDEX dispatches_by_due ON dispatches (carrier_account, greatest(due_at, coalesce(lease_until, due_at)));

-- One for each entry of the contact book: a newer one replaces the older.
CREATE TABLE verifications (
  account_id  BIGINT NOT NULL REFERENCES accounts (id),
  phone_id    TEXT COLLATE "C" NOT NULL,
  id          TEXT COLLATE "C" NOT NULL,
  number      TEXT COLLATE "C" NOT NULL CHECK (length(number) = 10),
  channel     TEXT COLLATE "C" NOT NULL,
  code_hash   BYTEA NOT NULL,            -- keyed: the code itself is nowhere
  checks_left BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  PRIMARY KEY (account_id, phone_id)
);

-- When codes went to a number lately: one row, so that whoever counts them can hold it.
CREATE TABLE verification_sends (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  number     TEXT COLLATE "C" NOT NULL CHECK (length(number) = 10),
  times      TEXT COLLATE "C" NOT NULL,             -- '1795750905000,1795747305000': oldest first
  last_at    BIGINT NOT NULL,
  PRIMARY KEY (account_id, number)
);
CREATE INDEX verification_sends_by_age ON verification_sends (account_id, last_at);

CREATE TABLE dial_lists (
  account_id   BIGINT NOT NULL REFERENCES accounts (id),
  id           TEXT COLLATE "C" NOT NULL,
  name         TEXT COLLATE "C" NOT NULL,
  purpose      TEXT COLLATE "C" NOT NULL,
  plan         TEXT COLLATE "C" NOT NULL,           -- JSON: whom to call, from where and how
  status       TEXT COLLATE "C" NOT NULL,
  filled_up_to TEXT COLLATE "C",
  filling      BOOLEAN NOT NULL,
  entries      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  lease        TEXT COLLATE "C",
  lease_until  BIGINT,
  next_call_at BIGINT NOT NULL,
  calls_placed BIGINT NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX dial_lists_by_age ON dial_lists (account_id, created_at, id);
CREATE INDEX dial_lists_by_status ON dial_lists (account_id, status, created_at, id);
CREATE INDEX dial_lists_at_work ON dial_lists (account_id, id) WHERE status = 'running' OR filling;

CREATE TABLE dial_list_entries (
  account_id  BIGINT NOT NULL,
  list_id     TEXT COLLATE "C" NOT NULL,
  id          TEXT COLLATE "C" NOT NULL,
  person_type TEXT COLLATE "C" NOT NULL,
  person_id   TEXT COLLATE "C" NOT NULL,
  state       TEXT COLLATE "C" NOT NULL,
  turn_at     BIGINT NOT NULL,
  attempts    BIGINT NOT NULL,
  reason      TEXT COLLATE "C",
  outcome     TEXT COLLATE "C",
  phone_id    TEXT COLLATE "C",
  number      TEXT COLLATE "C",
  decision_id TEXT COLLATE "C",
  call_id     TEXT COLLATE "C",
  updated_at  BIGINT NOT NULL,
  PRIMARY KEY (account_id, list_id, id)
);
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

}  // namespace linebook::postgres
