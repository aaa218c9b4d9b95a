#include "store/encoding/table_columns.h"
#include "store/postgres/claim_keys.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define TASK_CLAIMABLE_AT "greatest(due_at, coalesce(lease_until, due_at))"
#define TASK_OF_LINE \
  "SELECT " LINEBOOK_TASK_COLUMNS " FROM carrier_tasks WHERE account_id = $1 AND line_id = $2"

constexpr Statement carrier_task_of_line{"carrier_task_of_line", TASK_OF_LINE};
constexpr Statement carrier_task_of_line_locked{"carrier_task_of_line_locked",
                                                TASK_OF_LINE " FOR NO KEY UPDATE"};
constexpr Statement carrier_task_next{"carrier_task_next",
                                      "SELECT " TASK_CLAIMABLE_AT
                                      " FROM carrier_tasks ORDER BY " TASK_CLAIMABLE_AT " LIMIT 1"};
// What another node is just claiming is passed over.
constexpr Statement carrier_tasks_due{
    "carrier_tasks_due", "SELECT " LINEBOOK_TASK_COLUMNS " FROM carrier_tasks WHERE " TASK_CLAIMABLE_AT
                         " <= $1 ORDER BY " TASK_CLAIMABLE_AT " LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED"};
constexpr Statement lease_carrier_task{
    "lease_carrier_task",
    "UPDATE carrier_tasks SET lease = $3, lease_until = $4 WHERE account_id = $1 AND line_id = $2"};
constexpr Statement insert_carrier_task{
    "insert_carrier_task",
    "INSERT INTO carrier_tasks (" LINEBOOK_TASK_COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
    " $21, $22, $23)"};
constexpr Statement remove_carrier_task{"remove_carrier_task",
                                        "DELETE FROM carrier_tasks WHERE account_id = $1 AND line_id = $2"};
constexpr Statement end_carrier_leases{
    "end_carrier_leases",
    "UPDATE carrier_tasks SET lease = NULL, lease_until = NULL WHERE lease IS NOT NULL"};

}  // namespace

std::optional<CarrierTask> PostgresCarrierTasks::find(AccountId account, LineId const& line) const {
  session_.claim(claim_on_carrier_task(account, line));
  auto const& statement = session_.changes_things() ? carrier_task_of_line_locked : carrier_task_of_line;
  return session_.query(statement, account, line).one(carrier_task_of<Row>);
}

std::optional<Instant> PostgresCarrierTasks::next_due() const {
  auto const rows = session_.query(carrier_task_next);
  if (rows.empty()) return std::nullopt;
  return rows[0].get<Instant>(0);
}

void PostgresCarrierTasks::put(CarrierTask const& t) {
  remove(t.account, t.line);
  auto const f = failure_columns_of(t);
  session_.change(insert_carrier_task, t.account, t.line, t.goal, t.source, t.area_code, t.country_code,
                  t.purchase, t.purchase_doubtful, t.absences, t.snatched, t.connected_to, t.take_back,
                  stored(t.earlier), t.resting, t.attempts, t.due_at, t.lease, t.lease_until, f.kind, f.code,
                  f.message, t.actor, t.request_id);
}

void PostgresCarrierTasks::remove(AccountId account, LineId const& line) {
  session_.claim(claim_on_carrier_task(account, line));
  session_.change(remove_carrier_task, account, line);
}

std::vector<CarrierTask> PostgresCarrierTasks::claim(std::string const& lease, Instant now, Instant until,
                                                     std::int64_t limit) {
  for (;;) {
    auto tasks = session_.query(carrier_tasks_due, now, limit).all(carrier_task_of<Row>);
    bool changed_meanwhile = false;
    for (auto const& task : tasks)
      changed_meanwhile |=
          session_.claim(claim_on_carrier_task(task.account, task.line)) == Claim::after_others;
    if (changed_meanwhile) continue;
    for (auto& task : tasks) {
      task.lease = lease;
      task.lease_until = until;
      session_.change(lease_carrier_task, task.account, task.line, lease, until);
    }
    return tasks;
  }
}

void PostgresCarrierTasks::end_leases() { session_.change(end_carrier_leases); }

}  // namespace linebook::postgres
