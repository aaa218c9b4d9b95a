#include "store/encoding/table_columns.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define LOCKED " FOR NO KEY UPDATE"

#define ACCOUNT_BY_ID "SELECT " LINEBOOK_ACCOUNT_COLUMNS " FROM accounts a WHERE a.id = $1"
constexpr Statement account_by_id{"account_by_id", ACCOUNT_BY_ID};
// Whoever seals under the account's key holds it until the commit: it may be about to be replaced.
constexpr Statement account_by_id_shared{"account_by_id_shared", ACCOUNT_BY_ID " FOR SHARE"};
#define ACCOUNT_BY_NAME "SELECT " LINEBOOK_ACCOUNT_COLUMNS " FROM accounts a WHERE a.name = $1"
constexpr Statement account_by_name{"account_by_name", ACCOUNT_BY_NAME};
constexpr Statement account_by_name_locked{"account_by_name_locked", ACCOUNT_BY_NAME LOCKED};
constexpr Statement accounts_by_name{"accounts_by_name",
                                     "SELECT " LINEBOOK_ACCOUNT_COLUMNS " FROM accounts a ORDER BY a.name"};
// Nodes that make accounts at once choose the same id: all but one are run again.
constexpr Statement insert_account{
    "insert_account",
    "INSERT INTO accounts (id, name, status, wrapped_data_key, created_at)"
    " SELECT coalesce(max(id), 0) + 1, $1, $2, $3, $4 FROM accounts RETURNING id"};
constexpr Statement set_account_data_key{"set_account_data_key",
                                         "UPDATE accounts SET wrapped_data_key = $2 WHERE id = $1"};
constexpr Statement set_account_status{"set_account_status", "UPDATE accounts SET status = $2 WHERE id = $1"};

#define KEY_BY_ID "SELECT " LINEBOOK_KEY_COLUMNS " FROM api_keys k WHERE k.id = $1"
constexpr Statement key_by_id{"key_by_id", KEY_BY_ID};
constexpr Statement key_by_id_locked{"key_by_id_locked", KEY_BY_ID LOCKED};
constexpr Statement keys_by_account{"keys_by_account", "SELECT " LINEBOOK_KEY_COLUMNS
                                                       " FROM api_keys k"
                                                       " ORDER BY k.account_id, k.created_at, k.id"};
constexpr Statement insert_api_key{
    "insert_api_key",
    "INSERT INTO api_keys (id, account_id, name, token_hash, scopes, rate_limit, created_at, expires_at,"
    " revoked_at, last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr Statement revoke_api_key{"revoke_api_key", "UPDATE api_keys SET revoked_at = $2 WHERE id = $1"};
constexpr Statement set_api_key_last_used{"set_api_key_last_used",
                                          "UPDATE api_keys SET last_used_at = $2 WHERE id = $1"};

// Accounts and keys change rarely: one job of a batch at a time.
constexpr char const* accounts_and_keys = "accounts";

}  // namespace

std::optional<Account> PostgresAccounts::find(AccountId id) const {
  if (!session_.changes_things()) return session_.query(account_by_id, id).one(account_of<Row>);
  session_.claim("account " + std::to_string(id.value));
  return session_.query(account_by_id_shared, id).one(account_of<Row>);
}

std::optional<Account> PostgresAccounts::find_by_name(std::string_view name) const {
  session_.claim(accounts_and_keys);
  auto const& statement = session_.changes_things() ? account_by_name_locked : account_by_name;
  return session_.query(statement, name).one(account_of<Row>);
}

std::vector<Account> PostgresAccounts::list() const {
  return session_.query(accounts_by_name).all(account_of<Row>);
}

AccountId PostgresAccounts::insert(Account const& account) {
  session_.claim(accounts_and_keys);
  session_.changes.keys = true;
  return {session_
              .query(insert_account, account.name, account.status, Bytes{account.wrapped_data_key},
                     account.created_at)
              .number()};
}

void PostgresAccounts::set_status(AccountId id, AccountStatus status) {
  session_.claim(accounts_and_keys);
  session_.changes.keys = true;
  session_.change(set_account_status, id, status);
}

void PostgresAccounts::set_wrapped_data_key(AccountId id, std::string_view key) {
  session_.claim(accounts_and_keys);
  session_.change(set_account_data_key, id, Bytes{key});
}

std::optional<ApiKey> PostgresAccounts::find_key(KeyId const& id) const {
  session_.claim(accounts_and_keys);
  auto const& statement = session_.changes_things() ? key_by_id_locked : key_by_id;
  return session_.query(statement, id).one(api_key_of<Row>);
}

std::vector<ApiKey> PostgresAccounts::list_keys() const {
  return session_.query(keys_by_account).all(api_key_of<Row>);
}

void PostgresAccounts::insert_key(ApiKey const& key) {
  session_.changes.keys = true;
  session_.change(insert_api_key, key.id, key.account, key.name, Bytes{key.token_hash},
                  key.scopes.to_string(), key.rate_limit, key.created_at, key.expires_at, key.revoked_at,
                  key.last_used_at);
}

void PostgresAccounts::revoke_key(KeyId const& id, Instant at) {
  session_.claim(accounts_and_keys);
  session_.changes.keys = true;
  session_.change(revoke_api_key, id, at);
}

void PostgresAccounts::set_key_last_used(KeyId const& id, Instant at) {
  // Nobody who remembers keys needs to look again for this.
  session_.change(set_api_key_last_used, id, at);
}

}  // namespace linebook::postgres
