-- The books as both peers keep them: Linebook's tables of contacts, with the same keys and indexes, and a ledger.
CREATE TABLE api_keys (
  id         TEXT NOT NULL PRIMARY KEY,
  account_id INTEGER NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,     -- SHA-256
  scopes     TEXT NOT NULL,
  rate_limit INTEGER NOT NULL          -- requests a minute
);

CREATE TABLE people (
  account_id  INTEGER NOT NULL,
  person_type TEXT NOT NULL,
  id          TEXT NOT NULL,
  first_name  TEXT NOT NULL,
  last_name   TEXT NOT NULL,
  PRIMARY KEY (account_id, person_type, id)
) WITHOUT ROWID;

CREATE TABLE contact_numbers (
  account_id  INTEGER NOT NULL,
  id          TEXT NOT NULL,
  person_type TEXT NOT NULL,
  person_id   TEXT NOT NULL,
  number      TEXT NOT NULL,
  phone_type  TEXT NOT NULL,
  is_primary  INTEGER NOT NULL,
  verified    INTEGER NOT NULL,
  do_not_call INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,        -- milliseconds since 1970
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, person_type, person_id) REFERENCES people (account_id, person_type, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX contact_numbers_by_number ON contact_numbers (account_id, number, person_type, person_id);
CREATE INDEX contact_numbers_by_person ON contact_numbers (account_id, person_type, person_id, id);
CREATE UNIQUE INDEX contact_numbers_primary ON contact_numbers (account_id, person_type, person_id, phone_type)
  WHERE is_primary = 1;

CREATE TABLE ledger (
  account_id INTEGER NOT NULL,
  sequence   INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  actor      TEXT NOT NULL,
  request_id TEXT NOT NULL,
  entity     TEXT NOT NULL,
  entity_id  TEXT NOT NULL,
  action     TEXT NOT NULL,
  changes    TEXT NOT NULL,            -- JSON
  PRIMARY KEY (account_id, sequence)
) WITHOUT ROWID;
CREATE INDEX ledger_by_entity ON ledger (account_id, entity_id, sequence);

-- Webhooks of the Fastify peer: an event's text once, a row for each endpoint that is to have it, and every attempt.
CREATE TABLE webhooks (
  id         TEXT NOT NULL PRIMARY KEY,
  account_id INTEGER NOT NULL,
  url        TEXT NOT NULL,
  secret     TEXT NOT NULL
);

CREATE TABLE messages (
  id   TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE deliveries (
  webhook_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  state      TEXT NOT NULL,            -- pending, delivered, failed
  attempts   INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,         -- while it is on its way: when it is taken for lost
  PRIMARY KEY (webhook_id, message_id)
);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'pending';

CREATE TABLE attempts (
  webhook_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  attempt    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  status     INTEGER,
  latency_ms INTEGER NOT NULL,
  answer     TEXT NOT NULL,            -- its beginning, or what was wrong
  PRIMARY KEY (webhook_id, message_id, attempt)
) WITHOUT ROWID;
