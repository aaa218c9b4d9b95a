#include "store/encoding/table_columns.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

constexpr Statement line_by_id{
    "line_by_id", "SELECT " LINEBOOK_LINE_COLUMNS " FROM lines WHERE account_id = ?1 AND id = ?2"};
constexpr Statement line_by_number{"line_by_number",
                                   "SELECT " LINEBOOK_LINE_COLUMNS
                                   " FROM lines INDEXED BY lines_by_number WHERE account_id = ?1"
                                   " AND phone_number = ?2"};
#define LINE_FILTER                                                                                     \
  " (?2 IS NULL OR ai_agent_id = ?2) AND (?3 IS NULL OR provider = ?3) AND (?4 IS NULL OR status = ?4)" \
  " AND (?5 IS NULL OR (created_at, id) < (?5, ?6)) "
#define NEWEST_LINES " ORDER BY created_at DESC, id DESC LIMIT ?7"
constexpr Statement lines_newest{
    "lines_newest", "SELECT " LINEBOOK_LINE_COLUMNS
                    " FROM lines INDEXED BY lines_by_age WHERE account_id = ?1 AND" LINE_FILTER NEWEST_LINES};
constexpr Statement lines_after{"lines_after",
                                "SELECT " LINEBOOK_LINE_COLUMNS
                                " FROM lines INDEXED BY lines_by_age WHERE account_id = ?1"
                                " AND (created_at, id) < (?5, ?6) AND" LINE_FILTER NEWEST_LINES};
constexpr Statement lines_numbered{"lines_numbered",
                                   "SELECT " LINEBOOK_LINE_COLUMNS
                                   " FROM lines INDEXED BY lines_by_number WHERE account_id = ?1"
                                   " AND phone_number = ?8 AND" LINE_FILTER NEWEST_LINES};
constexpr Statement lines_of_agent{"lines_of_agent",
                                   "SELECT " LINEBOOK_LINE_COLUMNS
                                   " FROM lines INDEXED BY lines_by_agent WHERE account_id = ?1"
                                   " AND ai_agent_id = ?2 AND" LINE_FILTER NEWEST_LINES};
// Two look-ups that end at the limit: nothing is put in order, so nothing beyond it is read.
constexpr Statement lines_using_agent{
    "lines_using_agent",
    "SELECT " LINEBOOK_LINE_COLUMNS
    " FROM lines INDEXED BY lines_by_agent WHERE account_id = ?1 AND ai_agent_id = ?2"
    " UNION ALL SELECT " LINEBOOK_LINE_COLUMNS
    " FROM lines INDEXED BY lines_by_outbound_agent WHERE account_id = ?1 AND outbound_ai_agent_id = ?2"
    " AND ai_agent_id IS NOT ?2 LIMIT ?3"};

constexpr Statement insert_line{"insert_line", "INSERT INTO lines (account_id, " LINEBOOK_LINE_COLUMNS
                                               ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                                               "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"};
// phone_number, provider and created_at are given once.
constexpr Statement update_line{
    "update_line",
    "UPDATE lines SET ai_agent_id = ?3, outbound_ai_agent_id = ?4, name = ?5, fallback_type = ?6,"
    " fallback_address = ?7, status = ?8, status_detail = ?9, updated_at = ?10, sip_termination_uri = ?11,"
    " sip_username = ?12, sip_password_sealed = ?13, e164_check = ?14, twilio_account_sid = ?15,"
    " twilio_auth_token_sealed = ?16, twilio_phone_number_sid = ?17, area_code = ?18, country_code = ?19,"
    " twilio_capabilities = ?20"
    " WHERE account_id = ?1 AND id = ?2"};
constexpr Statement remove_line{"remove_line", "DELETE FROM lines WHERE account_id = ?1 AND id = ?2"};

constexpr Statement number_in_service{"number_in_service",
                                      "SELECT account_id, line_id FROM numbers_in_service WHERE number = ?1"};
constexpr Statement put_in_service{
    "put_in_service", "INSERT INTO numbers_in_service (number, account_id, line_id) VALUES (?1, ?2, ?3)"};
constexpr Statement take_out_of_service{
    "take_out_of_service",
    "DELETE FROM numbers_in_service WHERE number = ?1 AND account_id = ?2 AND line_id = ?3"};

}  // namespace

std::optional<Line> SqliteLines::find(AccountId account, LineId const& id) const {
  return one(Query(db_, line_by_id, account, id), line_of<Query>);
}

std::optional<Line> SqliteLines::find_by_number(AccountId account, std::string_view number) const {
  return one(Query(db_, line_by_number, account, number), line_of<Query>);
}

std::vector<Line> SqliteLines::list(AccountId account, LineFilter const& filter,
                                    std::optional<Keyset> const& after, std::int64_t limit) const {
  std::optional<Instant> created;
  std::optional<std::string_view> id;
  if (after) {
    created = after->created_at;
    id = after->id;
  }
  if (filter.phone_number)
    return all(Query(db_, lines_numbered, account, filter.ai_agent_id, filter.provider, filter.status,
                     created, id, limit, *filter.phone_number),
               line_of<Query>);
  auto const& statement = filter.ai_agent_id ? lines_of_agent : after ? lines_after : lines_newest;
  return all(
      Query(db_, statement, account, filter.ai_agent_id, filter.provider, filter.status, created, id, limit),
      line_of<Query>);
}

std::vector<Line> SqliteLines::using_agent(AccountId account, AgentId const& agent,
                                           std::int64_t limit) const {
  return all(Query(db_, lines_using_agent, account, agent, limit), line_of<Query>);
}

std::optional<NumberInService> SqliteLines::in_service(E164 const& number) const {
  Query query(db_, number_in_service, number);
  if (!query.next()) return std::nullopt;
  return NumberInService{query.get<AccountId>(0), query.get<LineId>(1)};
}

void SqliteLines::insert(AccountId account, Line const& l) {
  auto const h = holding_columns_of(l);
  Query(db_, insert_line, account, l.id, l.phone_number, l.provider(), l.ai_agent_id, l.outbound_ai_agent_id,
        l.name, fallback_type_of(l), fallback_address_of(l), l.status, l.status_detail, l.created_at,
        l.updated_at, h.sip_termination_uri, h.sip_username, h.sip_password, h.e164_check,
        h.twilio_account_sid, h.twilio_auth_token, h.twilio_phone_number_sid, h.area_code, h.country_code,
        h.twilio_capabilities)
      .run();
  if (l.is_public()) Query(db_, put_in_service, l.phone_number, account, l.id).run();
}

void SqliteLines::update(AccountId account, Line const& l) {
  auto const h = holding_columns_of(l);
  Query(db_, update_line, account, l.id, l.ai_agent_id, l.outbound_ai_agent_id, l.name, fallback_type_of(l),
        fallback_address_of(l), l.status, l.status_detail, l.updated_at, h.sip_termination_uri,
        h.sip_username, h.sip_password, h.e164_check, h.twilio_account_sid, h.twilio_auth_token,
        h.twilio_phone_number_sid, h.area_code, h.country_code, h.twilio_capabilities)
      .run();
}

void SqliteLines::remove(AccountId account, Line const& l) {
  Query(db_, remove_line, account, l.id).run();
  if (l.is_public()) Query(db_, take_out_of_service, l.phone_number, account, l.id).run();
}

}  // namespace linebook::sqlite
