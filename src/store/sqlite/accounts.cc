#include "store/encoding/table_columns.h"
#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

constexpr Statement account_by_id{"account_by_id",
                                  "SELECT " LINEBOOK_ACCOUNT_COLUMNS " FROM accounts a WHERE a.id = ?1"};
constexpr Statement account_by_name{"account_by_name",
                                    "SELECT " LINEBOOK_ACCOUNT_COLUMNS " FROM accounts a WHERE a.name = ?1"};
constexpr Statement accounts_by_name{"accounts_by_name",
                                     "SELECT " LINEBOOK_ACCOUNT_COLUMNS " FROM accounts a ORDER BY a.name"};
constexpr Statement insert_account{"insert_account",
                                   "INSERT INTO accounts (name, status, wrapped_data_key, created_at)"
                                   " VALUES (?1, ?2, ?3, ?4)"};
constexpr Statement insert_account_totals{"insert_account_totals",
                                          "INSERT INTO account_totals (account_id) VALUES (?1)"};
constexpr Statement set_account_data_key{"set_account_data_key",
                                         "UPDATE accounts SET wrapped_data_key = ?2 WHERE id = ?1"};
constexpr Statement set_account_status{"set_account_status", "UPDATE accounts SET status = ?2 WHERE id = ?1"};

constexpr Statement key_by_id{"key_by_id", "SELECT " LINEBOOK_KEY_COLUMNS " FROM api_keys k WHERE k.id = ?1"};
constexpr Statement keys_by_account{"keys_by_account", "SELECT " LINEBOOK_KEY_COLUMNS
                                                       " FROM api_keys k"
                                                       " ORDER BY k.account_id, k.created_at, k.id"};
constexpr Statement insert_api_key{"insert_api_key",
                                   "INSERT INTO api_keys (id, account_id, name, token_hash, scopes, "
                                   "rate_limit, created_at, expires_at, revoked_at,"
                                   " last_used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"};
constexpr Statement revoke_api_key{"revoke_api_key", "UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1"};
constexpr Statement set_api_key_last_used{"set_api_key_last_used",
                                          "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1"};

std::optional<Account> one_account(Query&& query) {
  if (!query.next()) return std::nullopt;
  return account_of(query);
}

}  // namespace

std::optional<Account> SqliteAccounts::find(AccountId id) const {
  return one_account(Query(db_, account_by_id, id));
}

std::optional<Account> SqliteAccounts::find_by_name(std::string_view name) const {
  return one_account(Query(db_, account_by_name, name));
}

std::vector<Account> SqliteAccounts::list() const {
  std::vector<Account> accounts;
  Query query(db_, accounts_by_name);
  while (query.next()) accounts.push_back(account_of(query));
  return accounts;
}

AccountId SqliteAccounts::insert(Account const& account) {
  effects_.keys_changed = true;
  Query(db_, insert_account, account.name, account.status, Bytes{account.wrapped_data_key},
        account.created_at)
      .run();
  AccountId const id{sqlite3_last_insert_rowid(db_.handle())};
  Query(db_, insert_account_totals, id).run();
  return id;
}

void SqliteAccounts::set_status(AccountId id, AccountStatus status) {
  effects_.keys_changed = true;
  Query(db_, set_account_status, id, status).run();
}

void SqliteAccounts::set_wrapped_data_key(AccountId id, std::string_view key) {
  Query(db_, set_account_data_key, id, Bytes{key}).run();
}

std::optional<ApiKey> SqliteAccounts::find_key(KeyId const& id) const {
  Query query(db_, key_by_id, id);
  if (!query.next()) return std::nullopt;
  return api_key_of(query);
}

std::vector<ApiKey> SqliteAccounts::list_keys() const {
  std::vector<ApiKey> keys;
  Query query(db_, keys_by_account);
  while (query.next()) keys.push_back(api_key_of(query));
  return keys;
}

void SqliteAccounts::insert_key(ApiKey const& key) {
  effects_.keys_changed = true;
  auto const scopes = key.scopes.to_string();
  Query(db_, insert_api_key, key.id, key.account, key.name, Bytes{key.token_hash}, scopes, key.rate_limit,
        key.created_at, key.expires_at, key.revoked_at, key.last_used_at)
      .run();
}

void SqliteAccounts::revoke_key(KeyId const& id, Instant at) {
  effects_.keys_changed = true;
  Query(db_, revoke_api_key, id, at).run();
}

void SqliteAccounts::set_key_last_used(KeyId const& id, Instant at) {
  // Nobody who remembers keys needs to look again for this.
  Query(db_, set_api_key_last_used, id, at).run();
}

}  // namespace linebook::sqlite
