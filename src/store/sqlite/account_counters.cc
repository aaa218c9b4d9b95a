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

AccountCounters::Place AccountCounters::read_head(AccountId account) const {
  Query head(db_, ledger_head, account);
  if (!head.next()) return before_the_first;
  return {head.get<std::int64_t>(0), head.get<Instant>(1)};
}

std::int64_t AccountCounters::last_sequence(AccountId account) const {
  auto const known = std::ranges::find(counters_, account, &Counters::account);
  bool const moved = known != counters_.end() && known->head;
  return moved ? known->head->sequence : read_head(account).sequence;
}

AccountCounters::Place AccountCounters::advance_ledger(AccountId account, Instant at) {
  auto& counters = of(account);
  auto const last = counters.head ? *counters.head : read_head(account);
  ++counters.entries;
  return counters.head.emplace(last.sequence + 1, std::max(last.at, at));
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
    if (c.contact_numbers != 0 || c.patients != 0 || c.doctors != 0)
      Query(db_, add_to_totals, c.account, c.contact_numbers, c.patients, c.doctors).run();
    c.contact_numbers = c.patients = c.doctors = 0;
  }
}

}  // namespace linebook::sqlite
