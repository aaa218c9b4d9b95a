#include "store/encoding/table_columns.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

constexpr Statement call_by_id{
    "call_by_id", "SELECT " LINEBOOK_CALL_COLUMNS " FROM calls WHERE account_id = ?1 AND id = ?2"};
constexpr Statement call_by_carrier_sid{"call_by_carrier_sid",
                                        "SELECT " LINEBOOK_CALL_COLUMNS
                                        " FROM calls INDEXED BY calls_by_carrier_sid WHERE account_id = ?1"
                                        " AND carrier_sid = ?2"};
#define CALL_FILTER                                                                                   \
  " AND (?2 IS NULL OR line_id = ?2) AND (?3 IS NULL OR caller = ?3) AND (?4 IS NULL OR status = ?4)" \
  " AND started_at >= ?5 AND (started_at, id) < (?6, ?7)"                                             \
  " ORDER BY started_at DESC, id DESC LIMIT ?8"
constexpr Statement calls_newest{"calls_newest",
                                 "SELECT " LINEBOOK_CALL_COLUMNS
                                 " FROM calls INDEXED BY calls_by_age WHERE account_id = ?1" CALL_FILTER};
constexpr Statement calls_of_line{"calls_of_line",
                                  "SELECT " LINEBOOK_CALL_COLUMNS
                                  " FROM calls INDEXED BY calls_by_line WHERE account_id = ?1"
                                  " AND line_id = ?2" CALL_FILTER};
constexpr Statement calls_of_caller{"calls_of_caller",
                                    "SELECT " LINEBOOK_CALL_COLUMNS
                                    " FROM calls INDEXED BY calls_by_caller WHERE account_id = ?1"
                                    " AND caller = ?3" CALL_FILTER};
constexpr Statement insert_call{"insert_call",
                                "INSERT INTO calls (account_id, " LINEBOOK_CALL_COLUMNS
                                ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"};
constexpr Statement update_call{
    "update_call",
    "UPDATE calls SET line_id = ?3, caller = ?4, called = ?5, status = ?6, action = ?7, ai_agent_id = ?8,"
    " duration_seconds = ?9, ended_at = ?10, updated_at = ?11 WHERE account_id = ?1 AND id = ?2"};

}  // namespace

std::optional<CallRecord> SqliteCalls::find(AccountId account, CallId const& id) const {
  return one(Query(db_, call_by_id, account, id), call_record_of<Query>);
}

std::optional<CallRecord> SqliteCalls::find_by_carrier_sid(AccountId account, std::string_view sid) const {
  return one(Query(db_, call_by_carrier_sid, account, sid), call_record_of<Query>);
}

std::vector<CallRecord> SqliteCalls::list(AccountId account, CallFilter const& filter,
                                          std::optional<Keyset> const& after, std::int64_t limit) const {
  auto const before = beginning_of_page(filter, after);
  auto const& statement = filter.line ? calls_of_line : filter.from ? calls_of_caller : calls_newest;
  return all(Query(db_, statement, account, filter.line, filter.from, filter.status,
                   filter.since.value_or(Instant{0}), before.created_at, before.id, limit),
             call_record_of<Query>);
}

void SqliteCalls::insert(AccountId account, CallRecord const& c) {
  Query(db_, insert_call, account, c.id, c.carrier_sid, c.line, c.from, c.to, c.status, c.action, c.ai_agent,
        c.duration_seconds, c.started_at, c.ended_at, c.updated_at)
      .run();
}

void SqliteCalls::update(AccountId account, CallRecord const& c) {
  Query(db_, update_call, account, c.id, c.line, c.from, c.to, c.status, c.action, c.ai_agent,
        c.duration_seconds, c.ended_at, c.updated_at)
      .run();
}

}  // namespace linebook::sqlite
