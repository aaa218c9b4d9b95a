// The outbox of carrier work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/carrier_tasks.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"
#include "store/encoding/voice_settings_encoding.h"

namespace linebook::books {

inline constexpr std::string_view task_columns =
    "account_id, line_id, goal, source, area_code, country_code, purchase, purchase_doubtful,"
    " absences, snatched, connected_to, take_back, earlier, resting, attempts, due_at, lease, lease_until,"
    " failure_kind, failure_code, failure_message, actor, request_id";

template <class Row>
std::optional<VoiceSettings> earlier_settings_of(Row const& row) {
  auto const json = row.template get<std::optional<std::string_view>>(12);
  if (!json) return std::nullopt;
  return decode_voice_settings(*json);
}

template <class Row>
std::optional<CarrierFailure> carrier_failure_of(Row const& row) {
  auto const kind = row.template get<std::optional<FailureKind>>(18);
  if (!kind) return std::nullopt;
  return CarrierFailure{*kind, row.template get<int>(19), row.template get<std::string>(20)};
}

template <class Row>
CarrierTask carrier_task_of(Row const& row) {
  return {.account = row.template get<AccountId>(0),
          .line = row.template get<LineId>(1),
          .goal = row.template get<CarrierGoal>(2),
          .source = row.template get<NumberSource>(3),
          .area_code = row.template get<std::optional<std::string>>(4),
          .country_code = row.template get<std::string>(5),
          .purchase = row.template get<Purchase>(6),
          .purchase_doubtful = row.template get<bool>(7),
          .absences = row.template get<int>(8),
          .snatched = row.template get<int>(9),
          .connected_to = row.template get<std::optional<std::string>>(10),
          .take_back = row.template get<bool>(11),
          .earlier = earlier_settings_of(row),
          .resting = row.template get<bool>(13),
          .attempts = row.template get<int>(14),
          .due_at = row.template get<Instant>(15),
          .lease = row.template get<std::optional<std::string>>(16),
          .lease_until = row.template get<std::optional<Instant>>(17),
          .failure = carrier_failure_of(row),
          .actor = row.template get<std::string>(21),
          .request_id = row.template get<std::string>(22)};
}

/// Why a carrier's step failed; null where it did not.
struct FailureColumns {
  std::optional<FailureKind> kind;
  std::optional<int> code;
  std::optional<std::string_view> message;
};
inline FailureColumns failure_columns_of(CarrierTask const& task) {
  if (!task.failure) return {};
  return {task.failure->kind, task.failure->code, task.failure->message};
}

inline std::optional<std::string> stored(std::optional<VoiceSettings> const& settings) {
  if (!settings) return std::nullopt;
  return encode_voice_settings(*settings);
}

// When somebody may take it up: as SQLite's index has it.
inline constexpr std::string_view task_claimable_at = "{GREATEST}(due_at, coalesce(lease_until, due_at))";

inline constexpr Statement carrier_task_of_line{
    "carrier_task_of_line",
    SQL("SELECT ", task_columns, " FROM carrier_tasks WHERE account_id = ?1 AND line_id = ?2{LOCK}")};
inline constexpr Statement carrier_task_next{
    "carrier_task_next",
    SQL("SELECT ", task_claimable_at, " FROM carrier_tasks{INDEXED BY carrier_tasks_by_due} ORDER BY ",
        task_claimable_at, " LIMIT 1")};
// What another node is just claiming is passed over.
inline constexpr Statement carrier_tasks_due{
    "carrier_tasks_due",
    SQL("SELECT ", task_columns, " FROM carrier_tasks{INDEXED BY carrier_tasks_by_due} WHERE ",
        task_claimable_at, " <= ?1 ORDER BY ", task_claimable_at, " LIMIT ?2{HOLD SKIP LOCKED}")};
inline constexpr Statement lease_carrier_task{
    "lease_carrier_task",
    SQL("UPDATE carrier_tasks SET lease = ?3, lease_until = ?4 WHERE account_id = ?1 AND line_id = ?2")};
inline constexpr Statement insert_carrier_task{
    "insert_carrier_task", SQL("INSERT INTO carrier_tasks (", task_columns, ") VALUES (?1..?23)")};
inline constexpr Statement remove_carrier_task{
    "remove_carrier_task", SQL("DELETE FROM carrier_tasks WHERE account_id = ?1 AND line_id = ?2")};
inline constexpr Statement end_carrier_leases{
    "end_carrier_leases",
    SQL("UPDATE carrier_tasks SET lease = NULL, lease_until = NULL WHERE lease IS NOT NULL")};

template <class Row>
Instant due_of(Row const& row) {
  return row.template get<Instant>(0);
}

template <class Session>
class CarrierTasksBook final : public CarrierTasks {
 public:
  explicit CarrierTasksBook(Session& session) : session_(session) {}

  std::optional<CarrierTask> find(AccountId account, LineId const& line) const override {
    session_.claim(claim_on_carrier_task(account, line));
    return session_.query(carrier_task_of_line, account, line).one(carrier_task_of<Row>);
  }

  std::optional<Instant> next_due() const override {
    return session_.query(carrier_task_next).one(due_of<Row>);
  }

  void put(CarrierTask const& t) override {
    remove(t.account, t.line);
    auto const f = failure_columns_of(t);
    session_.change(insert_carrier_task, t.account, t.line, t.goal, t.source, t.area_code, t.country_code,
                    t.purchase, t.purchase_doubtful, t.absences, t.snatched, t.connected_to, t.take_back,
                    stored(t.earlier), t.resting, t.attempts, t.due_at, t.lease, t.lease_until, f.kind,
                    f.code, f.message, t.actor, t.request_id);
  }

  void remove(AccountId account, LineId const& line) override {
    session_.claim(claim_on_carrier_task(account, line));
    session_.change(remove_carrier_task, account, line);
  }

  std::vector<CarrierTask> claim(std::string const& lease, Instant now, Instant until,
                                 std::int64_t limit) override {
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

  void end_leases() override { session_.change(end_carrier_leases); }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books
