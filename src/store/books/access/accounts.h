// Tenants and their API keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/accounts.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view account_columns =
    "a.id, a.name, a.status, a.wrapped_data_key, a.created_at, a.rate_limit";
inline constexpr std::string_view key_columns =
    "k.id, k.account_id, k.name, k.token_hash, k.scopes, k.rate_limit, k.created_at, k.expires_at,"
    " k.revoked_at, k.last_used_at";

inline AccountStatus account_status_of(std::string_view text) {
  for (auto const status : {AccountStatus::active, AccountStatus::suspended})
    if (text == to_string(status)) return status;
  unreadable("account status");
}

template <class Row>
Account account_of(Row const& row) {
  return {.id = row.template get<AccountId>(0),
          .name = row.template get<std::string>(1),
          .status = account_status_of(row.template get<std::string_view>(2)),
          .wrapped_data_key = row.template get<std::string>(3),
          .created_at = row.template get<Instant>(4),
          .rate_limit = row.template get<std::int64_t>(5)};
}

template <class Row>
ApiKey api_key_of(Row const& row) {
  auto const scopes = Scopes::parse(row.template get<std::string_view>(4));
  if (!scopes) unreadable("scope");
  return {.id = row.template get<KeyId>(0),
          .account = row.template get<AccountId>(1),
          .name = row.template get<std::string>(2),
          .token_hash = row.template get<std::string>(3),
          .scopes = *scopes,
          .rate_limit = row.template get<std::int64_t>(5),
          .created_at = row.template get<Instant>(6),
          .expires_at = row.template get<std::optional<Instant>>(7),
          .revoked_at = row.template get<std::optional<Instant>>(8),
          .last_used_at = row.template get<std::optional<Instant>>(9)};
}

/// A key's columns, its account's status and limit after them, and the session's where it is one.
template <class Row>
Bearer bearer_of(Row const& row) {
  Bearer bearer{api_key_of(row), account_status_of(row.template get<std::string_view>(10)),
                row.template get<std::int64_t>(11)};
  if (auto id = row.template get<std::optional<std::string>>(12))
    bearer.session = {{std::move(*id)}, row.template get<Instant>(13)};
  return bearer;
}

// Whoever seals under the account's key holds it until the commit: it may be about to be replaced.
inline constexpr Statement account_by_id{
    "account_by_id", SQL("SELECT ", account_columns, " FROM accounts a WHERE a.id = ?1{SHARE}")};
inline constexpr Statement account_by_name{
    "account_by_name", SQL("SELECT ", account_columns, " FROM accounts a WHERE a.name = ?1{LOCK}")};
inline constexpr Statement accounts_by_name{
    "accounts_by_name", SQL("SELECT ", account_columns, " FROM accounts a ORDER BY a.name")};
// Nodes that make accounts at once choose the same id: all but one are run again.
inline constexpr Statement insert_account{
    "insert_account", SQL("INSERT INTO accounts (id, name, status, wrapped_data_key, created_at)"
                          " SELECT coalesce(max(id), 0) + 1, ?1, ?2, ?3, ?4 FROM accounts RETURNING id")};
inline constexpr Statement set_account_data_key{
    "set_account_data_key", SQL("UPDATE accounts SET wrapped_data_key = ?2 WHERE id = ?1")};
inline constexpr Statement set_account_rate_limit{"set_account_rate_limit",
                                                  SQL("UPDATE accounts SET rate_limit = ?2 WHERE id = ?1")};
// One statement, so that nodes that take at the same time each add to what the other has taken.
inline constexpr Statement take_account_requests{
    "take_account_requests", SQL("INSERT INTO account_minutes (account_id, minute, taken) VALUES (?1..?3)"
                                 " ON CONFLICT (account_id) DO UPDATE SET"
                                 " taken = CASE WHEN account_minutes.minute - excluded.minute IN (0, 1)"
                                 " THEN account_minutes.taken ELSE 0 END + excluded.taken,"
                                 " minute = CASE WHEN account_minutes.minute - excluded.minute IN (0, 1)"
                                 " THEN account_minutes.minute ELSE excluded.minute END RETURNING taken")};
inline constexpr Statement set_account_status{"set_account_status",
                                              SQL("UPDATE accounts SET status = ?2 WHERE id = ?1")};

inline constexpr Statement key_by_id{"key_by_id",
                                     SQL("SELECT ", key_columns, " FROM api_keys k WHERE k.id = ?1{LOCK}")};
inline constexpr Statement bearer_by_token{
    "bearer_by_token",
    SQL("SELECT ", key_columns,
        ", a.status, a.rate_limit, NULL, NULL FROM api_keys k JOIN accounts a ON a.id = k.account_id"
        " WHERE k.token_hash = ?1"
        " UNION ALL SELECT ",
        key_columns,
        ", a.status, a.rate_limit, s.id, s.expires_at FROM sessions s JOIN api_keys k ON k.id = s.key_id"
        " JOIN accounts a ON a.id = k.account_id"
        " WHERE s.token_hash = ?1 AND s.use = 'signed_in' AND s.ended_at IS NULL")};
inline constexpr Statement keys_by_account{
    "keys_by_account",
    SQL("SELECT ", key_columns, " FROM api_keys k ORDER BY k.account_id, k.created_at, k.id")};
inline constexpr Statement keys_newest{"keys_newest", SQL("SELECT ", key_columns,
                                                          " FROM api_keys k WHERE k.account_id = ?1"
                                                          " ORDER BY k.created_at DESC, k.id DESC LIMIT ?2")};
inline constexpr Statement keys_after{
    "keys_after", SQL("SELECT ", key_columns,
                      " FROM api_keys k WHERE k.account_id = ?1"
                      " AND (k.created_at, k.id) < (?3, ?4) ORDER BY k.created_at DESC, k.id DESC LIMIT ?2")};
inline constexpr Statement count_api_keys{
    "count_api_keys", SQL("SELECT count(*) FROM api_keys WHERE account_id = ?1 AND revoked_at IS NULL")};
inline constexpr Statement insert_api_key{
    "insert_api_key",
    SQL("INSERT INTO api_keys (id, account_id, name, token_hash, scopes, rate_limit, created_at, expires_at,"
        " revoked_at, last_used_at) VALUES (?1..?10)")};
inline constexpr Statement revoke_api_key{"revoke_api_key",
                                          SQL("UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1")};
inline constexpr Statement set_api_key_last_used{"set_api_key_last_used",
                                                 SQL("UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1")};

template <class Session>
class AccountsBook final : public Accounts {
 public:
  explicit AccountsBook(Session& session) : session_(session) {}

  std::optional<Account> find(AccountId id) const override {
    session_.claim(claim_on_account(id));
    return session_.query(account_by_id, id).one(account_of<Row>);
  }

  std::optional<Account> find_by_name(std::string_view name) const override {
    session_.claim(claim_on_accounts_and_keys());
    return session_.query(account_by_name, name).one(account_of<Row>);
  }

  std::vector<Account> list() const override { return session_.query(accounts_by_name).all(account_of<Row>); }

  AccountId insert(Account const& account) override {
    session_.claim(claim_on_accounts_and_keys());
    AccountId const id{session_
                           .query(insert_account, account.name, account.status,
                                  Bytes{account.wrapped_data_key}, account.created_at)
                           .number()};
    session_.account_inserted(id);
    return id;
  }

  void set_status(AccountId id, AccountStatus status) override {
    session_.claim(claim_on_accounts_and_keys());
    session_.account_changed(id);
    session_.change(set_account_status, id, status);
  }

  void set_rate_limit(AccountId id, std::int64_t requests_a_minute) override {
    session_.claim(claim_on_accounts_and_keys());
    session_.account_changed(id);
    session_.change(set_account_rate_limit, id, requests_a_minute);
  }

  std::int64_t take_requests(AccountId id, std::int64_t minute, std::int64_t requests) override {
    return session_.query(take_account_requests, id, minute, requests).number();
  }

  void set_wrapped_data_key(AccountId id, std::string_view key) override {
    session_.claim(claim_on_accounts_and_keys());
    session_.change(set_account_data_key, id, Bytes{key});
  }

  std::optional<ApiKey> find_key(KeyId const& id) const override {
    session_.claim(claim_on_accounts_and_keys());
    return session_.query(key_by_id, id).one(api_key_of<Row>);
  }

  std::optional<Bearer> find_bearer(TokenHash const& hash) const override {
    return session_.query(bearer_by_token, Bytes{hash}).one(bearer_of<Row>);
  }

  std::vector<ApiKey> list_keys() const override {
    return session_.query(keys_by_account).all(api_key_of<Row>);
  }

  std::vector<ApiKey> keys_of(AccountId account, std::optional<Keyset> const& after,
                              std::int64_t limit) const override {
    if (!after) return session_.query(keys_newest, account, limit).all(api_key_of<Row>);
    return session_.query(keys_after, account, limit, after->created_at, after->id).all(api_key_of<Row>);
  }

  std::int64_t count_keys(AccountId account) const override {
    session_.claim(claim_on_accounts_and_keys());
    return session_.query(count_api_keys, account).number();
  }

  void insert_key(ApiKey const& key) override {
    session_.change(insert_api_key, key.id, key.account, key.name, Bytes{key.token_hash},
                    key.scopes.to_string(), key.rate_limit, key.created_at, key.expires_at, key.revoked_at,
                    key.last_used_at);
  }

  void revoke_key(KeyId const& id, Instant at) override {
    session_.claim(claim_on_accounts_and_keys());
    session_.key_changed(id);
    session_.change(revoke_api_key, id, at);
  }

  void set_key_last_used(KeyId const& id, Instant at) override {
    // Nobody who remembers keys needs to look again for this.
    session_.change(set_api_key_last_used, id, at);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books
