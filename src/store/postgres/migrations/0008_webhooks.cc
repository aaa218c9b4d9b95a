// Webhooks: where events are delivered, and how each delivery stands.
#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

char const* const migration_0008_webhooks = R"sql(
CREATE TABLE webhooks (
  account_id             BIGINT NOT NULL REFERENCES accounts (id),
  id                     TEXT COLLATE "C" NOT NULL,
  url                    TEXT COLLATE "C" NOT NULL,
  types                  TEXT COLLATE "C" NOT NULL,      -- 'contact_number.*,call.updated'
  description            TEXT COLLATE "C",
  ordered                BOOLEAN NOT NULL,
  secret_sealed          BYTEA NOT NULL,
  previous_secret_sealed BYTEA,
  previous_until         BIGINT,
  enabled                BOOLEAN NOT NULL,
  disabled_reason        TEXT COLLATE "C",
  disabled_at            BIGINT,
  created_at             BIGINT NOT NULL,
  updated_at             BIGINT NOT NULL,
  position               BIGINT NOT NULL,
  round                  BIGINT NOT NULL,
  failing_since          BIGINT,
  lease                  TEXT COLLATE "C",
  lease_until            BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX webhooks_by_lease ON webhooks (lease_until) WHERE enabled;

-- From the first attempt on. Those that are over are kept for thirty days.
CREATE TABLE webhook_deliveries (
  account_id   BIGINT NOT NULL,
  webhook_id   TEXT COLLATE "C" NOT NULL,
  sequence     BIGINT NOT NULL,
  entity_id    TEXT COLLATE "C" NOT NULL,
  round        BIGINT NOT NULL,
  state        TEXT COLLATE "C" NOT NULL,
  attempts     BIGINT NOT NULL,
  next_at      BIGINT,                      -- none of a pending one: it waits behind another of its entity
  status       BIGINT,
  latency_ms   BIGINT,
  answer       TEXT COLLATE "C",
  error        TEXT COLLATE "C",
  attempted_at BIGINT,
  PRIMARY KEY (account_id, webhook_id, sequence)
);
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (account_id, webhook_id, state, sequence);
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (account_id, webhook_id, next_at)
  WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_entity ON webhook_deliveries (account_id, webhook_id, entity_id, sequence)
  WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (attempted_at) WHERE state <> 'pending';
)sql";

}  // namespace linebook::postgres
