// How ledger entries get their places, and how a filtered walk goes back through them.
#include <algorithm>

#include "store/books/ledger/ledger_rows.h"
#include "store/sqlite/session.h"

namespace linebook::sqlite {
namespace {

constexpr books::Statement append_ledger_entry{
    "append_ledger_entry",
    SQL("INSERT INTO ledger (account_id, ", books::entry_columns, ") VALUES (?1..?9)")};
constexpr Statement ledger_time{"ledger_time",
                                "SELECT at FROM ledger WHERE account_id = ?1 AND sequence = ?2"};

constexpr books::Statement ledger_back{"ledger_back",
                                       SQL("SELECT ", books::entry_columns,
                                           " FROM ledger WHERE account_id = ?1"
                                           " AND sequence < ?2 AND sequence >= ?3 ORDER BY sequence DESC")};
constexpr books::Statement ledger_back_of_entity{
    "ledger_back_of_entity",
    SQL("SELECT ", books::entry_columns,
        " FROM ledger{INDEXED BY ledger_by_entity} WHERE account_id = ?1"
        " AND sequence < ?2 AND sequence >= ?3 AND entity_id = ?4 ORDER BY sequence DESC")};

LedgerPage collect(Query&& query, LedgerFilter const& filter, std::int64_t limit) {
  LedgerPage page;
  std::int64_t examined = 0;
  while (query.next()) {
    bool const fit = books::fits_but_for_time(query, filter);
    if (fit && std::ssize(page.entries) == limit) {
      page.next_before = query.get<std::int64_t>(0) + 1;
      return page;
    }
    if (fit) page.entries.push_back(books::ledger_entry_of(query));
    if (++examined == books::entries_examined_per_page) {
      page.next_before = query.get<std::int64_t>(0);
      return page;
    }
  }
  return page;
}

}  // namespace

void Session::append(AccountId account, LedgerEntry const& entry) {
  auto const [sequence, at] = counters.advance_ledger(account, entry.at);
  change(append_ledger_entry, account, sequence, at, entry.actor, entry.request_id, entry.entity,
         entry.entity_id, entry.action, encode_changes(entry.changes));
}

std::vector<std::int64_t> Session::ledger_heads(std::span<AccountId const> accounts) const {
  std::vector<std::int64_t> heads;
  heads.reserve(accounts.size());
  for (auto const account : accounts) heads.push_back(last_sequence(account));
  return heads;
}

/// Sequences have no gaps and times never go back, so the place of a time is found by halving.
std::int64_t Session::first_at_or_after(AccountId account, Instant at) {
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

LedgerPage Session::newest_entries(AccountId account, LedgerFilter const& filter,
                                   std::optional<std::int64_t> before, std::int64_t limit) {
  auto end = before.value_or(INT64_MAX);
  if (filter.until) end = std::min(end, first_at_or_after(account, *filter.until));
  auto const begin = filter.since ? first_at_or_after(account, *filter.since) : 1;
  if (filter.entity_id)
    return collect(query(ledger_back_of_entity, account, end, begin, *filter.entity_id), filter, limit);
  return collect(query(ledger_back, account, end, begin), filter, limit);
}

}  // namespace linebook::sqlite
