// How ledger entries get their places, and how a filtered walk goes back through them.
#include <algorithm>
#include <unordered_map>

#include "store/books/ledger/ledger_rows.h"
#include "store/postgres/session.h"

namespace linebook::postgres {
namespace {

constexpr books::Statement ledger_back{
    "ledger_back", SQL("SELECT ", books::entry_columns,
                       " FROM ledger WHERE account_id = ?1 AND sequence < ?2 AND sequence >= ?3"
                       " AND (?5 IS NULL OR entity = ?5) AND (?6 IS NULL OR action = ?6)"
                       " AND (?7 IS NULL OR actor = ?7) ORDER BY sequence DESC LIMIT ?4")};
constexpr books::Statement ledger_back_of_entity{
    "ledger_back_of_entity", SQL("SELECT ", books::entry_columns,
                                 " FROM ledger WHERE account_id = ?1 AND sequence < ?2 AND sequence >= ?3"
                                 " AND entity_id = ?5 ORDER BY sequence DESC LIMIT ?4")};
// Sequences have no gaps and times never go back, so the place of a time is found by halving.
constexpr Statement ledger_place_of_time{
    "ledger_place_of_time",
    "WITH RECURSIVE halved (low, high) AS ("
    "  SELECT 1::bigint, coalesce((SELECT last_sequence FROM ledger_heads WHERE account_id = $1), 0) + 1"
    "  UNION ALL SELECT CASE WHEN l.at < $2 THEN m.middle + 1 ELSE m.low END,"
    "                   CASE WHEN l.at < $2 THEN m.high ELSE m.middle END"
    "  FROM (SELECT low, high, low + (high - low) / 2 AS middle FROM halved WHERE low < high) m"
    "  JOIN ledger l ON l.account_id = $1 AND l.sequence = m.middle)"
    " SELECT max(low) FROM halved WHERE low >= high"};
constexpr Statement ledger_heads_of{
    "ledger_heads_of", "SELECT account_id, last_sequence FROM ledger_heads WHERE account_id = ANY ($1)"};
constexpr Statement ledger_last_sequence{"ledger_last_sequence",
                                         "SELECT last_sequence FROM ledger_heads WHERE account_id = $1"};

/// Takes what fits out of `rows`, one more than the page holds telling where to go on. True: the page is
/// full.
bool fill(LedgerPage& page, Rows const& rows, LedgerFilter const& filter, std::int64_t limit) {
  for (int i = 0; i < rows.size(); ++i) {
    if (!books::fits_but_for_time(rows[i], filter)) continue;
    if (std::ssize(page.entries) == limit) {
      page.next_before = rows[i].get<std::int64_t>(0) + 1;
      return true;
    }
    page.entries.push_back(books::ledger_entry_of(rows[i]));
  }
  return false;
}

/// The index finds the entity's entries; what else is asked of them is looked at a part at a time.
LedgerPage newest_of_entity(Session& session, AccountId account, LedgerFilter const& filter,
                            std::int64_t begin, std::int64_t end, std::int64_t limit) {
  LedgerPage page;
  for (std::int64_t examined = 0;;) {
    auto const part = limit + 1;
    auto const rows = session.query(ledger_back_of_entity, account, end, begin, part, *filter.entity_id);
    if (fill(page, rows, filter, limit) || rows.size() < part) return page;
    end = rows[rows.size() - 1].get<std::int64_t>(0);
    if ((examined += part) < books::entries_examined_per_page) continue;
    page.next_before = end;
    return page;
  }
}

}  // namespace

void Session::append(AccountId account, LedgerEntry const& entry) {
  changes.of(account).entries.push_back({.at = entry.at,
                                         .actor = entry.actor,
                                         .request_id = entry.request_id,
                                         .entity = entry.entity,
                                         .entity_id = entry.entity_id,
                                         .action = entry.action,
                                         .changes = encode_changes(entry.changes)});
}

LedgerPage Session::newest_entries(AccountId account, LedgerFilter const& filter,
                                   std::optional<std::int64_t> before, std::int64_t limit) {
  std::int64_t begin = 1;
  auto end = std::min(before.value_or(INT64_MAX), last_sequence(account) + 1);
  if (filter.until) end = std::min(end, query(ledger_place_of_time, account, *filter.until).number());
  if (filter.since) begin = query(ledger_place_of_time, account, *filter.since).number();
  if (filter.entity_id) return newest_of_entity(*this, account, filter, begin, end, limit);
  LedgerPage page;
  auto const from = std::max(begin, end - books::entries_examined_per_page);
  auto const rows =
      query(ledger_back, account, end, from, limit + 1, filter.entity, filter.action, filter.actor);
  if (!fill(page, rows, filter, limit) && from > begin) page.next_before = from;
  return page;
}

std::int64_t Session::last_sequence(AccountId account) {
  return query(ledger_last_sequence, account).number() + pending_entries(account);
}

std::vector<std::int64_t> Session::ledger_heads(std::span<AccountId const> accounts) {
  std::vector<std::int64_t> ids;
  for (auto const account : accounts) ids.push_back(account.value);
  auto const rows = query(ledger_heads_of, ids);
  std::unordered_map<std::int64_t, std::int64_t> found;
  for (int i = 0; i < rows.size(); ++i)
    found.emplace(rows[i].get<std::int64_t>(0), rows[i].get<std::int64_t>(1));
  std::vector<std::int64_t> heads;
  for (auto const account : accounts) {
    auto const at = found.find(account.value);
    heads.push_back((at == found.end() ? 0 : at->second) + pending_entries(account));
  }
  return heads;
}

std::vector<AccountId> Session::accounts_with_pending_entries() const {
  std::vector<AccountId> accounts;
  for (auto const& [account, mine] : changes.accounts)
    if (!mine.entries.empty()) accounts.push_back(account);
  return accounts;
}

}  // namespace linebook::postgres
