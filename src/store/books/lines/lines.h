// Lines, and the register of numbers in service.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/lines.h"
#include "store/books/lines/line_rows.h"
#include "store/books/session/session.h"

namespace linebook::books {

inline constexpr Statement line_by_id{
    "line_by_id", SQL("SELECT ", line_columns, " FROM lines WHERE account_id = ?1 AND id = ?2{LOCK}")};
inline constexpr Statement line_by_number{"line_by_number",
                                          SQL("SELECT ", line_columns,
                                              " FROM lines{INDEXED BY lines_by_number} WHERE account_id = ?1"
                                              " AND phone_number = ?2{LOCK}")};
inline constexpr std::string_view line_filter =
    " AND (?2 IS NULL OR ai_agent_id = ?2) AND (?3 IS NULL OR provider = ?3) AND (?4 IS NULL OR status = ?4)"
    " AND (?5 IS NULL OR (created_at, id) < (?5, ?6)) ORDER BY created_at DESC, id DESC LIMIT ?7";
inline constexpr Statement lines_newest{
    "lines_newest",
    SQL("SELECT ", line_columns, " FROM lines{INDEXED BY lines_by_age} WHERE account_id = ?1", line_filter)};
inline constexpr Statement lines_after{"lines_after",
                                       SQL("SELECT ", line_columns,
                                           " FROM lines{INDEXED BY lines_by_age} WHERE account_id = ?1"
                                           " AND (created_at, id) < (?5, ?6)",
                                           line_filter)};
inline constexpr Statement lines_numbered{"lines_numbered",
                                          SQL("SELECT ", line_columns,
                                              " FROM lines{INDEXED BY lines_by_number} WHERE account_id = ?1"
                                              " AND phone_number = ?8",
                                              line_filter)};
inline constexpr Statement lines_of_agent{"lines_of_agent",
                                          SQL("SELECT ", line_columns,
                                              " FROM lines{INDEXED BY lines_by_agent} WHERE account_id = ?1"
                                              " AND ai_agent_id = ?2",
                                              line_filter)};
// Two look-ups that end at the limit: nothing is put in order, so nothing beyond it is read.
inline constexpr Statement lines_answered_by{
    "lines_answered_by", SQL("SELECT ", line_columns,
                             " FROM lines{INDEXED BY lines_by_agent} WHERE account_id = ?1"
                             " AND ai_agent_id = ?2 LIMIT ?3{LOCK}")};
inline constexpr Statement lines_spoken_by{
    "lines_spoken_by", SQL("SELECT ", line_columns,
                           " FROM lines{INDEXED BY lines_by_outbound_agent} WHERE account_id = ?1"
                           " AND outbound_ai_agent_id = ?2 AND ai_agent_id {IS NOT} ?2 LIMIT ?3{LOCK}")};

inline constexpr Statement insert_line{
    "insert_line", SQL("INSERT INTO lines (account_id, ", line_columns, ") VALUES (?1..?23)")};
// phone_number, provider and created_at are given once.
inline constexpr Statement update_line{
    "update_line",
    SQL("UPDATE lines SET ai_agent_id = ?3, outbound_ai_agent_id = ?4, name = ?5, fallback_type = ?6,"
        " fallback_address = ?7, status = ?8, status_detail = ?9, updated_at = ?10, sip_termination_uri = "
        "?11,"
        " sip_username = ?12, sip_password_sealed = ?13, e164_check = ?14, twilio_account_sid = ?15,"
        " twilio_auth_token_sealed = ?16, twilio_phone_number_sid = ?17, area_code = ?18, country_code = ?19,"
        " twilio_capabilities = ?20 WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement remove_line{"remove_line",
                                       SQL("DELETE FROM lines WHERE account_id = ?1 AND id = ?2")};

inline constexpr Statement number_in_service{
    "number_in_service", SQL("SELECT account_id, line_id FROM numbers_in_service WHERE number = ?1")};
inline constexpr Statement put_in_service{
    "put_in_service", SQL("INSERT INTO numbers_in_service (number, account_id, line_id) VALUES (?1..?3)")};
inline constexpr Statement take_out_of_service{
    "take_out_of_service",
    SQL("DELETE FROM numbers_in_service WHERE number = ?1 AND account_id = ?2 AND line_id = ?3")};

template <class Session>
class LinesBook final : public Lines {
 public:
  explicit LinesBook(Session& session) : session_(session) {}

  std::optional<Line> find(AccountId account, LineId const& id) const override {
    session_.claim(claim_on_line(account, id));
    return session_.query(line_by_id, account, id).one(line_of<Row>);
  }

  std::optional<Line> find_by_number(AccountId account, std::string_view number) const override {
    session_.claim(claim_on_line_number(number));
    return session_.query(line_by_number, account, number).one(line_of<Row>);
  }

  std::vector<Line> list(AccountId account, LineFilter const& filter, std::optional<Keyset> const& after,
                         std::int64_t limit) const override {
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

  std::vector<Line> using_agent(AccountId account, AgentId const& agent, std::int64_t limit) const override {
    for (;;) {
      auto answering = session_.ask(lines_answered_by, account, agent, limit);
      auto speaking = session_.ask(lines_spoken_by, account, agent, limit);
      auto lines = std::move(answering).rows().all(line_of<Row>);
      std::ranges::move(std::move(speaking).rows().all(line_of<Row>), std::back_inserter(lines));
      if (std::ssize(lines) > limit) lines.erase(lines.begin() + limit, lines.end());
      bool changed_meanwhile = false;
      for (auto const& line : lines)
        changed_meanwhile |= session_.claim(claim_on_line(account, line.id)) == Claim::after_others;
      if (!changed_meanwhile) return lines;
    }
  }

  std::optional<NumberInService> in_service(E164 const& number) const override {
    session_.claim(claim_on_line_number(number.view()));
    return session_.query(number_in_service, number).one(number_in_service_of<Row>);
  }

  void insert(AccountId account, Line const& l) override {
    session_.claim(claim_on_line_number(l.phone_number));
    auto const h = holding_columns_of(l);
    session_.change(insert_line, account, l.id, l.phone_number, l.provider(), l.ai_agent_id,
                    l.outbound_ai_agent_id, l.name, fallback_type_of(l), fallback_address_of(l), l.status,
                    l.status_detail, l.created_at, l.updated_at, h.sip_termination_uri, h.sip_username,
                    h.sip_password, h.e164_check, h.twilio_account_sid, h.twilio_auth_token,
                    h.twilio_phone_number_sid, h.area_code, h.country_code, h.twilio_capabilities);
    if (l.is_public()) session_.change(put_in_service, l.phone_number, account, l.id);
  }

  void update(AccountId account, Line const& l) override {
    session_.claim(claim_on_line(account, l.id));
    auto const h = holding_columns_of(l);
    session_.change(update_line, account, l.id, l.ai_agent_id, l.outbound_ai_agent_id, l.name,
                    fallback_type_of(l), fallback_address_of(l), l.status, l.status_detail, l.updated_at,
                    h.sip_termination_uri, h.sip_username, h.sip_password, h.e164_check, h.twilio_account_sid,
                    h.twilio_auth_token, h.twilio_phone_number_sid, h.area_code, h.country_code,
                    h.twilio_capabilities);
  }

  void remove(AccountId account, Line const& l) override {
    session_.claim(claim_on_line(account, l.id));
    session_.change(remove_line, account, l.id);
    if (l.is_public()) session_.change(take_out_of_service, l.phone_number, account, l.id);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books
