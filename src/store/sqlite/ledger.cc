#include <algorithm>

#include "store/encoding/ledger_encoding.h"
#include "store/encoding/table_columns.h"
#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

constexpr Statement append_ledger_entry{"append_ledger_entry",
                                        "INSERT INTO ledger (account_id, " LINEBOOK_ENTRY_COLUMNS
                                        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Statement ledger_time{"ledger_time",
                                "SELECT at FROM ledger WHERE account_id = ?1 AND sequence = ?2"};

constexpr Statement ledger_back{"ledger_back",
                                "SELECT " LINEBOOK_ENTRY_COLUMNS
                                " FROM ledger WHERE account_id = ?1"
                                " AND sequence < ?2 AND sequence >= ?3 ORDER BY sequence DESC"};
constexpr Statement ledger_back_of_entity{
    "ledger_back_of_entity",
    "SELECT " LINEBOOK_ENTRY_COLUMNS
    " FROM ledger INDEXED BY ledger_by_entity WHERE account_id = ?1"
    " AND sequence < ?2 AND sequence >= ?3 AND entity_id = ?4 ORDER BY sequence DESC"};
constexpr Statement ledger_following{"ledger_following", "SELECT " LINEBOOK_ENTRY_COLUMNS
                                                         " FROM ledger WHERE account_id = ?1"
                                                         " AND sequence > ?2 ORDER BY sequence LIMIT ?3"};

constexpr Statement last_ledger_seal{"last_ledger_seal",
                                     "SELECT " LINEBOOK_SEAL_COLUMNS
                                     " FROM ledger_seals"
                                     " WHERE account_id = ?1 ORDER BY first_sequence DESC LIMIT 1"};
constexpr Statement ledger_seals_after{"ledger_seals_after", "SELECT " LINEBOOK_SEAL_COLUMNS
                                                             " FROM ledger_seals"
                                                             " WHERE account_id = ?1 AND first_sequence > ?2"
                                                             " ORDER BY first_sequence LIMIT ?3"};
constexpr Statement append_ledger_seal{
    "append_ledger_seal",
    "INSERT INTO ledger_seals (account_id, first_sequence, last_sequence, chain, entry_macs)"
    " VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr Statement ledger_unsealed{
    "ledger_unsealed",
    "SELECT h.account_id FROM ledger_heads h WHERE h.last_sequence > coalesce("
    "(SELECT s.last_sequence FROM ledger_seals s WHERE s.account_id = h.account_id"
    " ORDER BY s.first_sequence DESC LIMIT 1), 0) ORDER BY h.account_id"};

LedgerPage collect(Query& query, LedgerFilter const& filter, std::int64_t limit) {
  LedgerPage page;
  std::int64_t examined = 0;
  while (query.next()) {
    bool const fit = fits_but_for_time(query, filter);
    if (fit && static_cast<std::int64_t>(page.entries.size()) == limit) {
      page.next_before = query.get<std::int64_t>(0) + 1;
      return page;
    }
    if (fit) page.entries.push_back(ledger_entry_of(query));
    if (++examined == SqliteLedger::examined_per_page) {
      page.next_before = query.get<std::int64_t>(0);
      return page;
    }
  }
  return page;
}

}  // namespace

void SqliteLedger::append(AccountId account, LedgerEntry const& entry) {
  auto const [sequence, at] = counters_.advance_ledger(account, entry.at);
  auto const changes = encode_changes(entry.changes);
  Query(db_, append_ledger_entry, account, sequence, at, entry.actor, entry.request_id, entry.entity,
        entry.entity_id, entry.action, changes)
      .run();
}

/// Sequences have no gaps and times never go back, so the place of a time is found by halving.
std::int64_t SqliteLedger::first_at_or_after(AccountId account, Instant at) const {
  std::int64_t low = 1;
  std::int64_t high = last_sequence(account) + 1;
  while (low < high) {
    auto const middle = low + (high - low) / 2;
    Query query(db_, ledger_time, account, middle);
    if (query.next() && query.get<Instant>(0) < at)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

LedgerPage SqliteLedger::newest(AccountId account, LedgerFilter const& filter,
                                std::optional<std::int64_t> before, std::int64_t limit) const {
  auto end = before.value_or(INT64_MAX);
  if (filter.until) end = std::min(end, first_at_or_after(account, *filter.until));
  auto const begin = filter.since ? first_at_or_after(account, *filter.since) : 1;
  if (filter.entity_id) {
    Query query(db_, ledger_back_of_entity, account, end, begin, *filter.entity_id);
    return collect(query, filter, limit);
  }
  Query query(db_, ledger_back, account, end, begin);
  return collect(query, filter, limit);
}

std::vector<LedgerEntry> SqliteLedger::following(AccountId account, std::int64_t after,
                                                 std::int64_t limit) const {
  std::vector<LedgerEntry> entries;
  Query query(db_, ledger_following, account, after, limit);
  while (query.next()) entries.push_back(ledger_entry_of(query));
  return entries;
}

std::int64_t SqliteLedger::last_sequence(AccountId account) const { return counters_.last_sequence(account); }

std::vector<StoredEntry> SqliteLedger::stored(AccountId account, std::int64_t after,
                                              std::int64_t limit) const {
  std::vector<StoredEntry> entries;
  Query query(db_, ledger_following, account, after, limit);
  while (query.next()) entries.push_back(stored_entry_of(account, query));
  return entries;
}

std::optional<LedgerSeal> SqliteLedger::last_seal(AccountId account) const {
  Query query(db_, last_ledger_seal, account);
  if (!query.next()) return std::nullopt;
  return ledger_seal_of(query);
}

std::vector<LedgerSeal> SqliteLedger::seals(AccountId account, std::int64_t after_sequence,
                                            std::int64_t limit) const {
  std::vector<LedgerSeal> seals;
  Query query(db_, ledger_seals_after, account, after_sequence, limit);
  while (query.next()) seals.push_back(ledger_seal_of(query));
  return seals;
}

void SqliteLedger::append_seal(AccountId account, LedgerSeal const& seal) {
  Query(db_, append_ledger_seal, account, seal.first_sequence, seal.last_sequence, Bytes{seal.chain},
        Bytes{seal.entry_macs})
      .run();
}

std::vector<AccountId> SqliteLedger::unsealed_accounts() const {
  counters_.write();
  std::vector<AccountId> accounts;
  Query query(db_, ledger_unsealed);
  while (query.next()) accounts.push_back(query.get<AccountId>(0));
  return accounts;
}

}  // namespace linebook::sqlite
