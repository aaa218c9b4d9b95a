// Webhooks: where events are delivered, and how each delivery stands.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0008_webhooks = R"sql(
CREATE TABLE webhooks (
  account_id             INTEGER NOT NULL REFERENCES accounts (id),
  id                     TEXT NOT NULL,
  url                    TEXT NOT NULL,
  types                  TEXT NOT NULL,      -- 'contact_number.*,call.updated'
  description            TEXT,
  ordered                INTEGER NOT NULL CHECK (ordered IN (0, 1)),
  secret_sealed          BLOB NOT NULL,
  previous_secret_sealed BLOB,
  previous_until         INTEGER,
  enabled                INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  disabled_reason        TEXT,
  disabled_at            INTEGER,
  created_at             INTEGER NOT NULL,
  updated_at             INTEGER NOT NULL,
  position               INTEGER NOT NULL,
  round                  INTEGER NOT NULL,
  failing_since          INTEGER,
  lease                  TEXT,
  lease_until            INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_by_lease ON webhooks (lease_until) WHERE enabled = 1;

-- From the first attempt on. Those that are over are kept for thirty days.
CREATE TABLE webhook_deliveries (
  account_id   INTEGER NOT NULL,
  webhook_id   TEXT NOT NULL,
  sequence     INTEGER NOT NULL,
  entity_id    TEXT NOT NULL,
  round        INTEGER NOT NULL,
  state        TEXT NOT NULL,
  attempts     INTEGER NOT NULL,
  next_at      INTEGER,                      -- none of a pending one: it waits behind another of its entity
  status       INTEGER,
  latency_ms   INTEGER,
  answer       TEXT,
  error        TEXT,
  attempted_at INTEGER,
  PRIMARY KEY (account_id, webhook_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (account_id, webhook_id, state, sequence);
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (account_id, webhook_id, next_at)
  WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_entity ON webhook_deliveries (account_id, webhook_id, entity_id, sequence)
  WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (attempted_at) WHERE state <> 'pending';
)sql";

}  // namespace linebook::sqlite
