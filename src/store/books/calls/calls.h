// Call records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/calls.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view call_columns =
    "id, carrier_sid, line_id, caller, called, status, action, ai_agent_id, duration_seconds, started_at,"
    " ended_at, updated_at";

template <class Row>
CallRecord call_record_of(Row const& row) {
  return {.id = row.template get<CallId>(0),
          .carrier_sid = row.template get<std::string>(1),
          .line = row.template get<LineId>(2),
          .from = row.template get<std::string>(3),
          .to = row.template get<std::string>(4),
          .status = row.template get<CallStatus>(5),
          .action = row.template get<std::optional<CallAction>>(6),
          .ai_agent = row.template get<std::optional<AgentId>>(7),
          .duration_seconds = row.template get<std::optional<std::int64_t>>(8),
          .started_at = row.template get<Instant>(9),
          .ended_at = row.template get<std::optional<Instant>>(10),
          .updated_at = row.template get<Instant>(11)};
}

inline constexpr Statement call_by_id{
    "call_by_id", SQL("SELECT ", call_columns, " FROM calls WHERE account_id = ?1 AND id = ?2{LOCK}")};
inline constexpr Statement call_by_carrier_sid{
    "call_by_carrier_sid", SQL("SELECT ", call_columns,
                               " FROM calls{INDEXED BY calls_by_carrier_sid} WHERE account_id = ?1"
                               " AND carrier_sid = ?2{LOCK}")};
inline constexpr std::string_view call_filter =
    " AND (?2 IS NULL OR line_id = ?2) AND (?3 IS NULL OR caller = ?3) AND (?4 IS NULL OR status = ?4)"
    " AND started_at >= ?5 AND (started_at, id) < (?6, ?7)"
    " ORDER BY started_at DESC, id DESC LIMIT ?8";
inline constexpr Statement calls_newest{
    "calls_newest",
    SQL("SELECT ", call_columns, " FROM calls{INDEXED BY calls_by_age} WHERE account_id = ?1", call_filter)};
inline constexpr Statement calls_of_line{
    "calls_of_line",
    SQL("SELECT ", call_columns,
        " FROM calls{INDEXED BY calls_by_line} WHERE account_id = ?1 AND line_id = ?2", call_filter)};
inline constexpr Statement calls_of_caller{
    "calls_of_caller",
    SQL("SELECT ", call_columns,
        " FROM calls{INDEXED BY calls_by_caller} WHERE account_id = ?1 AND caller = ?3", call_filter)};
inline constexpr Statement insert_call{
    "insert_call", SQL("INSERT INTO calls (account_id, ", call_columns, ") VALUES (?1..?13)")};
// carrier_sid and started_at are given once.
inline constexpr Statement update_call{
    "update_call",
    SQL("UPDATE calls SET line_id = ?3, caller = ?4, called = ?5, status = ?6, action = ?7, ai_agent_id = ?8,"
        " duration_seconds = ?9, ended_at = ?10, updated_at = ?11 WHERE account_id = ?1 AND id = ?2")};

template <class Session>
class CallsBook final : public Calls {
 public:
  explicit CallsBook(Session& session) : session_(session) {}

  std::optional<CallRecord> find(AccountId account, CallId const& id) const override {
    for (;;) {
      auto found = session_.query(call_by_id, account, id).one(call_record_of<Row>);
      if (!found) return found;
      if (session_.claim(claim_on_call(account, found->carrier_sid)) != Claim::after_others) return found;
    }
  }

  std::optional<CallRecord> find_by_carrier_sid(AccountId account, std::string_view sid) const override {
    session_.claim(claim_on_call(account, sid));
    return session_.query(call_by_carrier_sid, account, sid).one(call_record_of<Row>);
  }

  std::vector<CallRecord> list(AccountId account, CallFilter const& filter,
                               std::optional<Keyset> const& after, std::int64_t limit) const override {
    auto const before = beginning_of_page(filter, after);
    auto const& statement = filter.line ? calls_of_line : filter.from ? calls_of_caller : calls_newest;
    return session_
        .query(statement, account, filter.line, filter.from, filter.status, filter.since.value_or(Instant{0}),
               before.created_at, before.id, limit)
        .all(call_record_of<Row>);
  }

  void insert(AccountId account, CallRecord const& c) override {
    session_.claim(claim_on_call(account, c.carrier_sid));
    session_.change(insert_call, account, c.id, c.carrier_sid, c.line, c.from, c.to, c.status, c.action,
                    c.ai_agent, c.duration_seconds, c.started_at, c.ended_at, c.updated_at);
  }

  void update(AccountId account, CallRecord const& c) override {
    session_.claim(claim_on_call(account, c.carrier_sid));
    session_.change(update_call, account, c.id, c.line, c.from, c.to, c.status, c.action, c.ai_agent,
                    c.duration_seconds, c.ended_at, c.updated_at);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books
