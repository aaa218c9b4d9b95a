// Lines that a carrier holds, and the calls that come in on them.
#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

char const* const migration_0002_carriers = R"sql(
ALTER TABLE lines ADD COLUMN twilio_capabilities TEXT;   -- 'voice,sms'

-- What is to be done at carriers: an outbox, one row a line. No foreign key: a line that gets its number is
-- removed and inserted anew.
CREATE TABLE carrier_tasks (
  account_id        INTEGER NOT NULL,
  line_id           TEXT NOT NULL,
  goal              TEXT NOT NULL,
  source            TEXT NOT NULL,
  area_code         TEXT,
  country_code      TEXT NOT NULL,
  purchase          TEXT NOT NULL,
  purchase_doubtful INTEGER NOT NULL CHECK (purchase_doubtful IN (0, 1)),
  absences          INTEGER NOT NULL,
  snatched          INTEGER NOT NULL,
  connected         INTEGER NOT NULL CHECK (connected IN (0, 1)),
  take_back         INTEGER NOT NULL CHECK (take_back IN (0, 1)),
  earlier           TEXT,                -- JSON
  resting           INTEGER NOT NULL CHECK (resting IN (0, 1)),
  attempts          INTEGER NOT NULL,
  due_at            INTEGER NOT NULL,
  lease             TEXT,
  lease_until       INTEGER,
  failure_kind      TEXT,
  failure_code      INTEGER,
  failure_message   TEXT,
  actor             TEXT NOT NULL,
  request_id        TEXT NOT NULL,
  PRIMARY KEY (account_id, line_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX carrier_tasks_by_due ON carrier_tasks (max(due_at, coalesce(lease_until, due_at)));

CREATE TABLE calls (
  account_id       INTEGER NOT NULL,
  id               TEXT NOT NULL,
  carrier_sid      TEXT NOT NULL,
  line_id          TEXT NOT NULL,
  caller           TEXT NOT NULL,
  called           TEXT NOT NULL,
  status           TEXT NOT NULL,
  action           TEXT,
  ai_agent_id      TEXT,
  duration_seconds INTEGER,
  started_at       INTEGER NOT NULL,
  ended_at         INTEGER,
  updated_at       INTEGER NOT NULL,
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX calls_by_carrier_sid ON calls (account_id, carrier_sid);
CREATE INDEX calls_by_age ON calls (account_id, started_at, id);
CREATE INDEX calls_by_line ON calls (account_id, line_id, started_at, id);
CREATE INDEX calls_by_caller ON calls (account_id, caller, started_at, id);
)sql";

}  // namespace linebook::sqlite
