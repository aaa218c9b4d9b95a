// Who is signed in, and links that sign in.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "app/ports/sessions.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view session_columns =
    "id, account_id, key_id, use, token_hash, created_at, expires_at";

template <class Row>
KeySession session_of(Row const& row) {
  return {.id = row.template get<SessionId>(0),
          .account = row.template get<AccountId>(1),
          .key = row.template get<KeyId>(2),
          .use = row.template get<SessionUse>(3),
          .token_hash = row.template get<std::string>(4),
          .created_at = row.template get<Instant>(5),
          .expires_at = row.template get<Instant>(6)};
}

inline constexpr Statement insert_session{
    "insert_session", SQL("INSERT INTO sessions (", session_columns, ") VALUES (?1..?7)")};
inline constexpr Statement session_by_id{
    "session_by_id",
    SQL("SELECT ", session_columns, " FROM sessions WHERE id = ?1 AND ended_at IS NULL{LOCK}")};
inline constexpr Statement link_by_token{
    "link_by_token", SQL("SELECT ", session_columns,
                         " FROM sessions WHERE token_hash = ?1 AND use = 'link' AND ended_at IS NULL{LOCK}")};
inline constexpr Statement sessions_by_key{
    "sessions_by_key", SQL("SELECT ", session_columns,
                           " FROM sessions WHERE key_id = ?1 AND use = 'signed_in' AND ended_at IS NULL"
                           " ORDER BY created_at, id{LOCK}")};
inline constexpr Statement end_session{"end_session", SQL("UPDATE sessions SET ended_at = ?2 WHERE id = ?1")};
// PostgreSQL past what another node forgets just now.
inline constexpr Statement forget_sessions{
    "forget_sessions",
    SQL("DELETE FROM sessions WHERE id IN"
        " (SELECT id FROM sessions INDEXED BY sessions_by_expiry"
        "  WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)"),
    SQL("WITH old AS (SELECT id FROM sessions WHERE expires_at < ?1"
        "             ORDER BY expires_at LIMIT ?2 FOR UPDATE SKIP LOCKED)"
        " DELETE FROM sessions s USING old WHERE s.id = old.id")};

template <class Session>
class SessionsBook final : public Sessions {
 public:
  explicit SessionsBook(Session& session) : session_(session) {}

  void insert(KeySession const& s) override {
    session_.change(insert_session, s.id, s.account, s.key, s.use, Bytes{s.token_hash}, s.created_at,
                    s.expires_at);
  }

  std::optional<KeySession> find(SessionId const& id) const override {
    session_.claim(claim_on_accounts_and_keys());
    return session_.query(session_by_id, id).one(session_of<Row>);
  }

  std::optional<KeySession> find_link(TokenHash const& hash) const override {
    // Two jobs of one transaction must not both find it.
    session_.claim(claim_on_accounts_and_keys());
    return session_.query(link_by_token, Bytes{hash}).one(session_of<Row>);
  }

  std::vector<KeySession> signed_in_with(KeyId const& key) const override {
    session_.claim(claim_on_accounts_and_keys());
    return session_.query(sessions_by_key, key).all(session_of<Row>);
  }

  void end(KeySession const& s, Instant at) override {
    session_.claim(claim_on_accounts_and_keys());
    // Nobody remembers a link.
    if (s.use == SessionUse::signed_in) session_.session_ended({s.id, s.key});
    session_.change(end_session, s.id, at);
  }

  std::int64_t forget(Instant before, std::int64_t limit) override {
    return session_.changed(forget_sessions, before, limit);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books
