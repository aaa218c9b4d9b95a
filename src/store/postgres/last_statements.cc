#include "store/postgres/last_statements.h"

#include <algorithm>

#include "store/postgres/key_news.h"

namespace linebook::postgres {
namespace {

constexpr std::size_t entries_at_a_time = 1000;  // a statement

// A head that is not there yet begins before the first entry.
#define MOVE_HEAD                                                                                     \
  "INSERT INTO ledger_heads AS h (account_id, last_sequence, previous_at, last_at, contact_numbers,"  \
  " patients, doctors) VALUES ($1, $2, (-9223372036854775808), $3, $4, $5, $6)"                       \
  " ON CONFLICT (account_id) DO UPDATE SET last_sequence = h.last_sequence + excluded.last_sequence," \
  " previous_at = h.last_at, last_at = greatest(h.last_at, excluded.last_at),"                        \
  " contact_numbers = h.contact_numbers + excluded.contact_numbers,"                                  \
  " patients = h.patients + excluded.patients, doctors = h.doctors + excluded.doctors"

constexpr Statement move_totals{"move_totals", MOVE_HEAD};
// $7 to $13: the entries' columns, times already in order among themselves.
constexpr Statement append_ledger_entries{
    "append_ledger_entries",
    "WITH head AS (" MOVE_HEAD
    " RETURNING last_sequence, previous_at)"
    " INSERT INTO ledger (account_id, sequence, at, actor, request_id, entity, entity_id, action, changes)"
    " SELECT $1, head.last_sequence - $2 + e.place, greatest(head.previous_at, e.at), e.actor, e.request_id,"
    " e.entity, e.entity_id, e.action, e.changes"
    " FROM head CROSS JOIN unnest($7, $8, $9, $10, $11, $12, $13) WITH ORDINALITY"
    " AS e (at, actor, request_id, entity, entity_id, action, changes, place)"};
constexpr Statement append_decisions{
    "append_decisions",
    "WITH head AS (INSERT INTO decision_heads AS h (account_id, last_sequence) VALUES ($1, $2)"
    " ON CONFLICT (account_id) DO UPDATE SET last_sequence = h.last_sequence + excluded.last_sequence"
    " RETURNING last_sequence)"
    " INSERT INTO decisions (account_id, sequence, id, at, number, channel, purpose, allowed, actor,"
    " request_id, document)"
    " SELECT $1, head.last_sequence - $2 + e.place, e.id, e.at, e.number, e.channel, e.purpose,"
    " e.allowed <> 0, e.actor, e.request_id, e.document"
    " FROM head CROSS JOIN unnest($3, $4, $5, $6, $7, $8, $9, $10, $11) WITH ORDINALITY"
    " AS e (id, at, number, channel, purpose, allowed, actor, request_id, document, place)"};
constexpr std::int64_t before_all_times = INT64_MIN;

void queue_entries(Connection& db, AccountId account, Totals const& totals,
                   std::span<NewEntry const> entries) {
  std::vector<std::int64_t> times;
  std::vector<std::string_view> actors, requests, entities, ids, actions, changes;
  auto last = before_all_times;
  for (auto const& entry : entries) {
    times.push_back(last = std::max(last, entry.at.milliseconds));
    actors.push_back(entry.actor);
    requests.push_back(entry.request_id);
    entities.push_back(to_string(entry.entity));
    ids.push_back(entry.entity_id);
    actions.push_back(to_string(entry.action));
    changes.push_back(entry.changes);
  }
  db.queue(append_ledger_entries, account, std::ssize(entries), last, totals.contact_numbers, totals.patients,
           totals.doctors, times, actors, requests, entities, ids, actions, changes);
}

void queue_decisions(Connection& db, AccountId account, std::span<NewDecision const> decisions) {
  std::vector<std::int64_t> times, allowed;
  std::vector<std::string_view> ids, numbers, channels, purposes, actors, requests, documents;
  for (auto const& decision : decisions) {
    ids.push_back(decision.id.value);
    times.push_back(decision.at.milliseconds);
    numbers.push_back(decision.number.view());
    channels.push_back(to_string(decision.channel));
    purposes.push_back(to_string(decision.purpose));
    allowed.push_back(decision.allowed ? 1 : 0);
    actors.push_back(decision.actor);
    requests.push_back(decision.request_id);
    documents.push_back(decision.document);
  }
  db.queue(append_decisions, account, std::ssize(decisions), ids, times, numbers, channels, purposes, allowed,
           actors, requests, documents);
}

void queue_account(Connection& db, AccountId account, AccountChanges const& changes) {
  for (std::span<NewDecision const> some(changes.decisions); !some.empty();) {
    auto const size = std::min(some.size(), entries_at_a_time);
    queue_decisions(db, account, some.first(size));
    some = some.subspan(size);
  }
  std::span<NewEntry const> rest(changes.entries);
  auto totals = changes.totals;
  if (rest.empty() && totals != Totals{})
    db.queue(move_totals, account, 0, before_all_times, totals.contact_numbers, totals.patients,
             totals.doctors);
  while (!rest.empty()) {
    auto const size = std::min(rest.size(), entries_at_a_time);
    queue_entries(db, account, std::exchange(totals, {}), rest.first(size));
    rest = rest.subspan(size);
  }
}

}  // namespace

void queue_last_statements(Connection& db, BookChanges const& changes) {
  if (changes.keys.any()) queue_key_changes(db, changes.keys);
  for (auto const& [account, mine] : changes.accounts) queue_account(db, account, mine);
}

}  // namespace linebook::postgres
