#include "store/encoding/table_columns.h"
#include "store/postgres/claim_keys.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define CALLS_SUCH_AS "SELECT " LINEBOOK_CALL_COLUMNS " FROM calls WHERE account_id = $1"
#define CALL_LOCKED " FOR NO KEY UPDATE"
constexpr Statement call_by_id{"call_by_id", CALLS_SUCH_AS " AND id = $2"};
constexpr Statement call_by_id_locked{"call_by_id_locked", CALLS_SUCH_AS " AND id = $2" CALL_LOCKED};
constexpr Statement call_by_carrier_sid{"call_by_carrier_sid", CALLS_SUCH_AS " AND carrier_sid = $2"};
constexpr Statement call_by_carrier_sid_locked{"call_by_carrier_sid_locked",
                                               CALLS_SUCH_AS " AND carrier_sid = $2" CALL_LOCKED};
#define CALL_FILTER                                                                                   \
  " AND ($2 IS NULL OR line_id = $2) AND ($3 IS NULL OR caller = $3) AND ($4 IS NULL OR status = $4)" \
  " AND started_at >= $5 AND (started_at, id) < ($6, $7)"                                             \
  " ORDER BY started_at DESC, id DESC LIMIT $8"
constexpr Statement calls_newest{"calls_newest", CALLS_SUCH_AS CALL_FILTER};
constexpr Statement calls_of_line{"calls_of_line", CALLS_SUCH_AS " AND line_id = $2" CALL_FILTER};
constexpr Statement calls_of_caller{"calls_of_caller", CALLS_SUCH_AS " AND caller = $3" CALL_FILTER};
constexpr Statement insert_call{"insert_call",
                                "INSERT INTO calls (account_id, " LINEBOOK_CALL_COLUMNS
                                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};
constexpr Statement update_call{
    "update_call",
    "UPDATE calls SET line_id = $3, caller = $4, called = $5, status = $6, action = $7, ai_agent_id = $8,"
    " duration_seconds = $9, ended_at = $10, updated_at = $11 WHERE account_id = $1 AND id = $2"};

}  // namespace

std::optional<CallRecord> PostgresCalls::find(AccountId account, CallId const& id) const {
  auto const& statement = session_.changes_things() ? call_by_id_locked : call_by_id;
  for (;;) {
    auto found = session_.query(statement, account, id).one(call_record_of<Row>);
    if (!found) return found;
    if (session_.claim(claim_on_call(account, found->carrier_sid)) != Claim::after_others) return found;
  }
}

std::optional<CallRecord> PostgresCalls::find_by_carrier_sid(AccountId account, std::string_view sid) const {
  session_.claim(claim_on_call(account, sid));
  auto const& statement = session_.changes_things() ? call_by_carrier_sid_locked : call_by_carrier_sid;
  return session_.query(statement, account, sid).one(call_record_of<Row>);
}

std::vector<CallRecord> PostgresCalls::list(AccountId account, CallFilter const& filter,
                                            std::optional<Keyset> const& after, std::int64_t limit) const {
  auto const before = beginning_of_page(filter, after);
  auto const& statement = filter.line ? calls_of_line : filter.from ? calls_of_caller : calls_newest;
  return session_
      .query(statement, account, filter.line, filter.from, filter.status, filter.since.value_or(Instant{0}),
             before.created_at, before.id, limit)
      .all(call_record_of<Row>);
}

void PostgresCalls::insert(AccountId account, CallRecord const& c) {
  session_.claim(claim_on_call(account, c.carrier_sid));
  session_.change(insert_call, account, c.id, c.carrier_sid, c.line, c.from, c.to, c.status, c.action,
                  c.ai_agent, c.duration_seconds, c.started_at, c.ended_at, c.updated_at);
}

void PostgresCalls::update(AccountId account, CallRecord const& c) {
  session_.claim(claim_on_call(account, c.carrier_sid));
  session_.change(update_call, account, c.id, c.line, c.from, c.to, c.status, c.action, c.ai_agent,
                  c.duration_seconds, c.ended_at, c.updated_at);
}

}  // namespace linebook::postgres
