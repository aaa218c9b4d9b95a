#include <algorithm>

#include "store/encoding/table_columns.h"
#include "store/postgres/claim_keys.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define LINES_SUCH_AS "SELECT " LINEBOOK_LINE_COLUMNS " FROM lines WHERE account_id = $1"
#define LINE_LOCKED " FOR NO KEY UPDATE"
constexpr Statement line_by_id{"line_by_id", LINES_SUCH_AS " AND id = $2"};
constexpr Statement line_by_id_locked{"line_by_id_locked", LINES_SUCH_AS " AND id = $2" LINE_LOCKED};
constexpr Statement line_by_number{"line_by_number", LINES_SUCH_AS " AND phone_number = $2"};
constexpr Statement line_by_number_locked{"line_by_number_locked",
                                          LINES_SUCH_AS " AND phone_number = $2" LINE_LOCKED};
#define LINE_FILTER                                                         \
  " AND ($2 IS NULL OR ai_agent_id = $2) AND ($3 IS NULL OR provider = $3)" \
  " AND ($4 IS NULL OR status = $4) AND ($5 IS NULL OR (created_at, id) < ($5, $6))"
#define NEWEST_LINES " ORDER BY created_at DESC, id DESC LIMIT $7"
constexpr Statement lines_newest{"lines_newest", LINES_SUCH_AS LINE_FILTER NEWEST_LINES};
constexpr Statement lines_after{"lines_after",
                                LINES_SUCH_AS " AND (created_at, id) < ($5, $6)" LINE_FILTER NEWEST_LINES};
constexpr Statement lines_numbered{"lines_numbered",
                                   LINES_SUCH_AS " AND phone_number = $8" LINE_FILTER NEWEST_LINES};
constexpr Statement lines_of_agent{"lines_of_agent",
                                   LINES_SUCH_AS " AND ai_agent_id = $2" LINE_FILTER NEWEST_LINES};
constexpr Statement lines_answered_by{"lines_answered_by", LINES_SUCH_AS " AND ai_agent_id = $2 LIMIT $3"};
constexpr Statement lines_spoken_by{"lines_spoken_by", LINES_SUCH_AS
                                    " AND outbound_ai_agent_id = $2"
                                    " AND ai_agent_id IS DISTINCT FROM $2 LIMIT $3"};
constexpr Statement lines_answered_by_locked{"lines_answered_by_locked",
                                             LINES_SUCH_AS " AND ai_agent_id = $2 LIMIT $3" LINE_LOCKED};
constexpr Statement lines_spoken_by_locked{"lines_spoken_by_locked", LINES_SUCH_AS
                                           " AND outbound_ai_agent_id = $2"
                                           " AND ai_agent_id IS DISTINCT FROM $2 LIMIT $3" LINE_LOCKED};

constexpr Statement insert_line{
    "insert_line", "INSERT INTO lines (account_id, " LINEBOOK_LINE_COLUMNS
                   ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
                   " $18, $19, $20, $21, $22, $23)"};
// phone_number, provider and created_at are given once.
constexpr Statement update_line{
    "update_line",
    "UPDATE lines SET ai_agent_id = $3, outbound_ai_agent_id = $4, name = $5, fallback_type = $6,"
    " fallback_address = $7, status = $8, status_detail = $9, updated_at = $10, sip_termination_uri = $11,"
    " sip_username = $12, sip_password_sealed = $13, e164_check = $14, twilio_account_sid = $15,"
    " twilio_auth_token_sealed = $16, twilio_phone_number_sid = $17, area_code = $18, country_code = $19,"
    " twilio_capabilities = $20"
    " WHERE account_id = $1 AND id = $2"};
constexpr Statement remove_line{"remove_line", "DELETE FROM lines WHERE account_id = $1 AND id = $2"};

constexpr Statement number_in_service{"number_in_service",
                                      "SELECT account_id, line_id FROM numbers_in_service WHERE number = $1"};
constexpr Statement put_in_service{
    "put_in_service", "INSERT INTO numbers_in_service (number, account_id, line_id) VALUES ($1, $2, $3)"};
constexpr Statement take_out_of_service{
    "take_out_of_service",
    "DELETE FROM numbers_in_service WHERE number = $1 AND account_id = $2 AND line_id = $3"};

NumberInService number_in_service_of(Row const& row) { return {row.get<AccountId>(0), row.get<LineId>(1)}; }

}  // namespace

std::optional<Line> PostgresLines::find(AccountId account, LineId const& id) const {
  session_.claim(claim_on_line(account, id));
  auto const& statement = session_.changes_things() ? line_by_id_locked : line_by_id;
  return session_.query(statement, account, id).one(line_of<Row>);
}

std::optional<Line> PostgresLines::find_by_number(AccountId account, std::string_view number) const {
  session_.claim(claim_on_line_number(number));
  auto const& statement = session_.changes_things() ? line_by_number_locked : line_by_number;
  return session_.query(statement, account, number).one(line_of<Row>);
}

std::vector<Line> PostgresLines::list(AccountId account, LineFilter const& filter,
                                      std::optional<Keyset> const& after, std::int64_t limit) const {
  std::optional<Instant> created;
  std::optional<std::string_view> id;
  if (after) {
    created = after->created_at;
    id = after->id;
  }
  if (filter.phone_number)
    return session_
        .query(lines_numbered, account, filter.ai_agent_id, filter.provider, filter.status, created, id,
               limit, *filter.phone_number)
        .all(line_of<Row>);
  auto const& statement = filter.ai_agent_id ? lines_of_agent : after ? lines_after : lines_newest;
  return session_
      .query(statement, account, filter.ai_agent_id, filter.provider, filter.status, created, id, limit)
      .all(line_of<Row>);
}

std::vector<Line> PostgresLines::using_agent(AccountId account, AgentId const& agent,
                                             std::int64_t limit) const {
  bool const locks = session_.changes_things();
  for (;;) {
    auto answering =
        session_.ask(locks ? lines_answered_by_locked : lines_answered_by, account, agent, limit);
    auto speaking = session_.ask(locks ? lines_spoken_by_locked : lines_spoken_by, account, agent, limit);
    auto lines = std::move(answering).rows().all(line_of<Row>);
    std::ranges::move(std::move(speaking).rows().all(line_of<Row>), std::back_inserter(lines));
    if (std::ssize(lines) > limit) lines.erase(lines.begin() + limit, lines.end());
    bool changed_meanwhile = false;
    for (auto const& line : lines)
      changed_meanwhile |= session_.claim(claim_on_line(account, line.id)) == Claim::after_others;
    if (!changed_meanwhile) return lines;
  }
}

std::optional<NumberInService> PostgresLines::in_service(E164 const& number) const {
  session_.claim(claim_on_line_number(number.view()));
  return session_.query(number_in_service, number).one(number_in_service_of);
}

void PostgresLines::insert(AccountId account, Line const& l) {
  session_.claim(claim_on_line_number(l.phone_number));
  auto const h = holding_columns_of(l);
  session_.change(insert_line, account, l.id, l.phone_number, l.provider(), l.ai_agent_id,
                  l.outbound_ai_agent_id, l.name, fallback_type_of(l), fallback_address_of(l), l.status,
                  l.status_detail, l.created_at, l.updated_at, h.sip_termination_uri, h.sip_username,
                  h.sip_password, h.e164_check, h.twilio_account_sid, h.twilio_auth_token,
                  h.twilio_phone_number_sid, h.area_code, h.country_code, h.twilio_capabilities);
  if (l.is_public()) session_.change(put_in_service, l.phone_number, account, l.id);
}

void PostgresLines::update(AccountId account, Line const& l) {
  session_.claim(claim_on_line(account, l.id));
  auto const h = holding_columns_of(l);
  session_.change(update_line, account, l.id, l.ai_agent_id, l.outbound_ai_agent_id, l.name,
                  fallback_type_of(l), fallback_address_of(l), l.status, l.status_detail, l.updated_at,
                  h.sip_termination_uri, h.sip_username, h.sip_password, h.e164_check, h.twilio_account_sid,
                  h.twilio_auth_token, h.twilio_phone_number_sid, h.area_code, h.country_code,
                  h.twilio_capabilities);
}

void PostgresLines::remove(AccountId account, Line const& l) {
  session_.claim(claim_on_line(account, l.id));
  session_.change(remove_line, account, l.id);
  if (l.is_public()) session_.change(take_out_of_service, l.phone_number, account, l.id);
}

}  // namespace linebook::postgres
