#include "store/sqlite/account_counters.h"

#include <algorithm>

namespace linebook::sqlite {
namespace {

constexpr Statement ledger_head{"ledger_head",
                                "SELECT last_sequence, last_at FROM ledger_heads WHERE account_id = ?1"};
constexpr Statement set_ledger_head{
    "set_ledger_head",
    "INSERT INTO ledger_heads (account_id, last_sequence, last_at) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (account_id) DO UPDATE SET last_sequence = ?2, last_at = ?3"};
constexpr Statement last_decision_of{"last_decision_of",
                                     "SELECT last_sequence FROM decision_heads WHERE account_id = ?1"};
constexpr Statement set_last_decision{"set_last_decision",
                                      "INSERT INTO decision_heads (account_id, last_sequence) VALUES (?1, ?2)"
                                      " ON CONFLICT (account_id) DO UPDATE SET last_sequence = ?2"};
constexpr Statement add_to_totals{
    "add_to_totals",
    "UPDATE account_totals SET contact_numbers = contact_numbers + ?2, patients = patients + ?3,"
    " doctors = doctors + ?4 WHERE account_id = ?1"};

}  // namespace

AccountCounters::Counters& AccountCounters::of(AccountId account) {
  auto const known = std::ranges::find(counters_, account, &Counters::account);
  if (known != counters_.end()) return *known;
  return counters_.emplace_back(Counters{.account = account});
}

AccountCounters::Counters const* AccountCounters::find(AccountId account) const {
  auto const known = std::ranges::find(counters_, account, &Counters::account);
  return known == counters_.end() ? nullptr : &*known;
}

AccountCounters::Place AccountCounters::read_head(AccountId account) const {
  Query head(db_, ledger_head, account);
  if (!head.next()) return before_the_first;
  return {head.get<std::int64_t>(0), head.get<Instant>(1)};
}

std::int64_t AccountCounters::last_sequence(AccountId account) const {
  auto const* known = find(account);
  return known != nullptr && known->head ? known->head->sequence : read_head(account).sequence;
}

std::int64_t AccountCounters::committed_sequence(AccountId account) const {
  auto const* known = find(account);
  return last_sequence(account) - (known != nullptr ? known->entries : 0);
}

std::int64_t AccountCounters::read_last_decision(AccountId account) const {
  return Query(db_, last_decision_of, account).number();
}

std::int64_t AccountCounters::last_decision(AccountId account) const {
  auto const* known = find(account);
  return known != nullptr && known->last_decision ? *known->last_decision : read_last_decision(account);
}

std::int64_t AccountCounters::advance_decisions(AccountId account) {
  auto& counters = of(account);
  auto const last = counters.last_decision ? *counters.last_decision : read_last_decision(account);
  ++counters.decisions;
  return counters.last_decision.emplace(last + 1);
}

std::int64_t AccountCounters::decisions() const {
  std::int64_t decisions = 0;
  for (auto const& counters : counters_) decisions += counters.decisions;
  return decisions;
}

AccountCounters::Place AccountCounters::advance_ledger(AccountId account, Instant at) {
  auto& counters = of(account);
  auto const last = counters.head ? *counters.head : read_head(account);
  ++counters.entries;
  return counters.head.emplace(last.sequence + 1, std::max(last.at, at));
}

std::vector<AccountId> AccountCounters::accounts_with_entries() const {
  std::vector<AccountId> accounts;
  for (auto const& counters : counters_)
    if (counters.entries > 0) accounts.push_back(counters.account);
  return accounts;
}

std::int64_t AccountCounters::entries() const {
  std::int64_t entries = 0;
  for (auto const& counters : counters_) entries += counters.entries;
  return entries;
}

void AccountCounters::count_people(AccountId account, PersonType type, std::int64_t more) {
  auto& counters = of(account);
  (type == PersonType::patient ? counters.patients : counters.doctors) += more;
}

void AccountCounters::write() {
  for (auto& c : counters_) {
    if (c.head) Query(db_, set_ledger_head, c.account, c.head->sequence, c.head->at).run();
    if (c.last_decision) Query(db_, set_last_decision, c.account, *c.last_decision).run();
    if (c.contact_numbers != 0 || c.patients != 0 || c.doctors != 0)
      Query(db_, add_to_totals, c.account, c.contact_numbers, c.patients, c.doctors).run();
    c.contact_numbers = c.patients = c.doctors = 0;
  }
}

}  // namespace linebook::sqlite
