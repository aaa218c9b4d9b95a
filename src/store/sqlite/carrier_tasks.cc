#include "store/encoding/table_columns.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

#define TASK_CLAIMABLE_AT "max(due_at, coalesce(lease_until, due_at))"

constexpr Statement carrier_task_of_line{"carrier_task_of_line",
                                         "SELECT " LINEBOOK_TASK_COLUMNS
                                         " FROM carrier_tasks WHERE account_id = ?1 AND line_id = ?2"};
constexpr Statement carrier_task_next{"carrier_task_next",
                                      "SELECT " TASK_CLAIMABLE_AT
                                      " FROM carrier_tasks INDEXED BY carrier_tasks_by_due"
                                      " ORDER BY " TASK_CLAIMABLE_AT " LIMIT 1"};
constexpr Statement carrier_tasks_due{
    "carrier_tasks_due", "SELECT " LINEBOOK_TASK_COLUMNS
                         " FROM carrier_tasks INDEXED BY carrier_tasks_by_due"
                         " WHERE " TASK_CLAIMABLE_AT " <= ?1 ORDER BY " TASK_CLAIMABLE_AT " LIMIT ?2"};
constexpr Statement lease_carrier_task{
    "lease_carrier_task",
    "UPDATE carrier_tasks SET lease = ?3, lease_until = ?4 WHERE account_id = ?1 AND line_id = ?2"};
constexpr Statement put_carrier_task{
    "put_carrier_task",
    "INSERT OR REPLACE INTO carrier_tasks (" LINEBOOK_TASK_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,"
    " ?21, ?22, ?23)"};
constexpr Statement remove_carrier_task{"remove_carrier_task",
                                        "DELETE FROM carrier_tasks WHERE account_id = ?1 AND line_id = ?2"};
constexpr Statement end_carrier_leases{
    "end_carrier_leases",
    "UPDATE carrier_tasks SET lease = NULL, lease_until = NULL WHERE lease IS NOT NULL"};

}  // namespace

std::optional<CarrierTask> SqliteCarrierTasks::find(AccountId account, LineId const& line) const {
  return one(Query(db_, carrier_task_of_line, account, line), carrier_task_of<Query>);
}

std::optional<Instant> SqliteCarrierTasks::next_due() const {
  Query query(db_, carrier_task_next);
  if (!query.next()) return std::nullopt;
  return query.get<Instant>(0);
}

void SqliteCarrierTasks::put(CarrierTask const& t) {
  auto const earlier = stored(t.earlier);
  auto const f = failure_columns_of(t);
  Query(db_, put_carrier_task, t.account, t.line, t.goal, t.source, t.area_code, t.country_code, t.purchase,
        t.purchase_doubtful, t.absences, t.snatched, t.connected_to, t.take_back, earlier, t.resting,
        t.attempts, t.due_at, t.lease, t.lease_until, f.kind, f.code, f.message, t.actor, t.request_id)
      .run();
}

void SqliteCarrierTasks::remove(AccountId account, LineId const& line) {
  Query(db_, remove_carrier_task, account, line).run();
}

std::vector<CarrierTask> SqliteCarrierTasks::claim(std::string const& lease, Instant now, Instant until,
                                                   std::int64_t limit) {
  auto tasks = all(Query(db_, carrier_tasks_due, now, limit), carrier_task_of<Query>);
  for (auto& task : tasks) {
    task.lease = lease;
    task.lease_until = until;
    Query(db_, lease_carrier_task, task.account, task.line, lease, until).run();
  }
  return tasks;
}

void SqliteCarrierTasks::end_leases() { Query(db_, end_carrier_leases).run(); }

}  // namespace linebook::sqlite
