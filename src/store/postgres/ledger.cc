#include <algorithm>

#include "store/encoding/ledger_encoding.h"
#include "store/encoding/table_columns.h"
#include "store/postgres/claim_keys.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define ENTRIES_BETWEEN                \
  "SELECT " LINEBOOK_ENTRY_COLUMNS     \
  " FROM ledger WHERE account_id = $1" \
  " AND sequence < $2 AND sequence >= $3"
#define NEWEST_ENTRIES " ORDER BY sequence DESC LIMIT $4"
constexpr Statement ledger_back{"ledger_back", ENTRIES_BETWEEN
                                " AND ($5 IS NULL OR entity = $5) AND ($6 IS NULL OR action = $6)"
                                " AND ($7 IS NULL OR actor = $7)" NEWEST_ENTRIES};
constexpr Statement ledger_back_of_entity{"ledger_back_of_entity",
                                          ENTRIES_BETWEEN " AND entity_id = $5" NEWEST_ENTRIES};
constexpr Statement ledger_following{"ledger_following", "SELECT " LINEBOOK_ENTRY_COLUMNS
                                                         " FROM ledger WHERE account_id = $1"
                                                         " AND sequence > $2 ORDER BY sequence LIMIT $3"};
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
constexpr Statement ledger_last_sequence{"ledger_last_sequence",
                                         "SELECT last_sequence FROM ledger_heads WHERE account_id = $1"};

constexpr Statement last_ledger_seal{"last_ledger_seal",
                                     "SELECT " LINEBOOK_SEAL_COLUMNS
                                     " FROM ledger_seals"
                                     " WHERE account_id = $1 ORDER BY first_sequence DESC LIMIT 1"};
constexpr Statement ledger_seals_after{"ledger_seals_after",
                                       "SELECT " LINEBOOK_SEAL_COLUMNS
                                       " FROM ledger_seals WHERE account_id = $1 AND first_sequence > $2"
                                       " ORDER BY first_sequence LIMIT $3"};
constexpr Statement append_ledger_seal{"append_ledger_seal",
                                       "INSERT INTO ledger_seals (account_id, " LINEBOOK_SEAL_COLUMNS
                                       ") VALUES ($1, $2, $3, $4, $5)"};
constexpr Statement ledger_unsealed{
    "ledger_unsealed",
    "SELECT h.account_id FROM ledger_heads h WHERE h.last_sequence > coalesce("
    "(SELECT s.last_sequence FROM ledger_seals s WHERE s.account_id = h.account_id"
    " ORDER BY s.first_sequence DESC LIMIT 1), 0) ORDER BY h.account_id"};

AccountId account_of_row(Row const& row) { return row.get<AccountId>(0); }

/// Takes what fits out of `rows`, one more than the page holds telling where to go on. True: the page is
/// full.
bool fill(LedgerPage& page, Rows const& rows, LedgerFilter const& filter, std::int64_t limit) {
  for (int i = 0; i < rows.size(); ++i) {
    if (!fits_but_for_time(rows[i], filter)) continue;
    if (std::ssize(page.entries) == limit) {
      page.next_before = rows[i].get<std::int64_t>(0) + 1;
      return true;
    }
    page.entries.push_back(ledger_entry_of(rows[i]));
  }
  return false;
}

}  // namespace

void PostgresLedger::append(AccountId account, LedgerEntry const& entry) {
  session_.changes.of(account).entries.push_back({.at = entry.at,
                                                  .actor = entry.actor,
                                                  .request_id = entry.request_id,
                                                  .entity = entry.entity,
                                                  .entity_id = entry.entity_id,
                                                  .action = entry.action,
                                                  .changes = encode_changes(entry.changes)});
}

LedgerPage PostgresLedger::newest(AccountId account, LedgerFilter const& filter,
                                  std::optional<std::int64_t> before, std::int64_t limit) const {
  std::int64_t begin = 1;
  auto end = std::min(before.value_or(INT64_MAX), last_sequence(account) + 1);
  if (filter.until)
    end = std::min(end, session_.query(ledger_place_of_time, account, *filter.until).number());
  if (filter.since) begin = session_.query(ledger_place_of_time, account, *filter.since).number();
  if (filter.entity_id) return newest_of_entity(account, filter, begin, end, limit);
  LedgerPage page;
  auto const from = std::max(begin, end - examined_per_page);
  auto const rows =
      session_.query(ledger_back, account, end, from, limit + 1, filter.entity, filter.action, filter.actor);
  if (!fill(page, rows, filter, limit) && from > begin) page.next_before = from;
  return page;
}

/// The index finds the entity's entries; what else is asked of them is looked at a part at a time.
LedgerPage PostgresLedger::newest_of_entity(AccountId account, LedgerFilter const& filter, std::int64_t begin,
                                            std::int64_t end, std::int64_t limit) const {
  LedgerPage page;
  for (std::int64_t examined = 0;;) {
    auto const part = limit + 1;
    auto const rows = session_.query(ledger_back_of_entity, account, end, begin, part, *filter.entity_id);
    if (fill(page, rows, filter, limit) || rows.size() < part) return page;
    end = rows[rows.size() - 1].get<std::int64_t>(0);
    if ((examined += part) < examined_per_page) continue;
    page.next_before = end;
    return page;
  }
}

std::vector<LedgerEntry> PostgresLedger::following(AccountId account, std::int64_t after,
                                                   std::int64_t limit) const {
  return session_.query(ledger_following, account, after, limit).all(ledger_entry_of<Row>);
}

std::int64_t PostgresLedger::last_sequence(AccountId account) const {
  return session_.query(ledger_last_sequence, account).number() + session_.pending_entries(account);
}

std::vector<StoredEntry> PostgresLedger::stored(AccountId account, std::int64_t after,
                                                std::int64_t limit) const {
  auto const rows = session_.query(ledger_following, account, after, limit);
  std::vector<StoredEntry> entries;
  for (int i = 0; i < rows.size(); ++i) entries.push_back(stored_entry_of(account, rows[i]));
  return entries;
}

std::optional<LedgerSeal> PostgresLedger::last_seal(AccountId account) const {
  session_.claim(claim_on_seals(account));
  return session_.query(last_ledger_seal, account).one(ledger_seal_of<Row>);
}

std::vector<LedgerSeal> PostgresLedger::seals(AccountId account, std::int64_t after_sequence,
                                              std::int64_t limit) const {
  return session_.query(ledger_seals_after, account, after_sequence, limit).all(ledger_seal_of<Row>);
}

void PostgresLedger::append_seal(AccountId account, LedgerSeal const& seal) {
  session_.claim(claim_on_seals(account));
  session_.change(append_ledger_seal, account, seal.first_sequence, seal.last_sequence, Bytes{seal.chain},
                  Bytes{seal.entry_macs});
}

std::vector<AccountId> PostgresLedger::unsealed_accounts() const {
  auto accounts = session_.query(ledger_unsealed).all(account_of_row);
  for (auto const& [account, changes] : session_.changes.accounts)
    if (!changes.entries.empty() && std::ranges::find(accounts, account) == accounts.end())
      accounts.push_back(account);
  std::ranges::sort(accounts);
  return accounts;
}

}  // namespace linebook::postgres
