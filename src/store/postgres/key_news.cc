#include "store/postgres/key_news.h"

#include <string_view>
#include <utility>
#include <vector>

namespace linebook::postgres {
namespace {

constexpr Statement keys_generation_now{
    "keys_generation_now", "SELECT value::bigint FROM installation WHERE name = 'keys_generation'"};
// The generation's row stays locked until the commit: a later generation never shows before an earlier one.
constexpr Statement write_key_changes{
    "write_key_changes",
    "WITH next AS (UPDATE installation SET value = (value::bigint + 1)::text WHERE name = 'keys_generation'"
    " RETURNING value::bigint AS generation),"
    " ended AS (UPDATE sessions s SET ended_in = next.generation FROM next WHERE s.id = ANY ($3))"
    " INSERT INTO key_changes AS c (account_id, key_id, generation)"
    " SELECT k.account_id, k.id, next.generation FROM next CROSS JOIN api_keys k WHERE k.id = ANY ($1)"
    " UNION ALL SELECT a.id, '', next.generation FROM next CROSS JOIN accounts a WHERE a.id = ANY ($2)"
    " ON CONFLICT (account_id, key_id) DO UPDATE SET generation = excluded.generation"};
constexpr Statement key_changes_after{
    "key_changes_after",
    "SELECT account_id, key_id, '' AS session_id, generation FROM key_changes WHERE generation > $1"
    " UNION ALL SELECT account_id, key_id, id, ended_in FROM sessions WHERE ended_in > $1"
    " ORDER BY generation LIMIT $2"};

}  // namespace

std::int64_t read_keys_generation(Connection& db) { return db.run(keys_generation_now).number(); }

void queue_key_changes(Connection& db, KeyChanges const& changes) {
  std::vector<std::string_view> keys;
  std::vector<std::int64_t> accounts;
  std::vector<std::string_view> sessions;
  for (auto const& key : changes.keys) keys.push_back(key.value);
  for (auto const account : changes.accounts) accounts.push_back(account.value);
  for (auto const& session : changes.sessions) sessions.push_back(session.id.value);
  db.queue(write_key_changes, keys, accounts, sessions);
}

KeyChanges KeyNews::read(Connection& db) {
  auto const now = read_keys_generation(db);
  if (now == seen_) return {};
  auto const rows = db.run(key_changes_after, seen_, max_told + 1);
  KeyChanges changes;
  std::int64_t last = seen_;
  std::int64_t generations = 0;
  for (int i = 0; i < rows.size(); ++i) {
    auto key = rows[i].get<KeyId>(1);
    auto session = rows[i].get<SessionId>(2);
    if (!session.value.empty())
      changes.sessions.push_back({std::move(session), std::move(key)});
    else if (key.value.empty())
      changes.accounts.push_back(rows[i].get<AccountId>(0));
    else
      changes.keys.push_back(std::move(key));
    auto const generation = rows[i].get<std::int64_t>(3);
    if (generation != std::exchange(last, generation) && generation <= now) ++generations;
  }
  // A generation without a row: its key changed once more since, or a node of an older version moved it. A
  // step back: the database is not what it was. Then nobody can say what else has changed.
  changes.everything = generations < now - seen_ || now < seen_ || rows.size() > max_told;
  seen_ = now;
  return changes;
}

}  // namespace linebook::postgres
