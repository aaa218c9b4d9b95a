// What nearly every change moves besides its own rows: the head of its account's ledger and the totals of the
// account's lists. A transaction moves them in memory and writes each once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/contacts/person.h"
#include "store/sqlite/connection.h"

namespace linebook::sqlite {

class AccountCounters {
 public:
  struct Place {
    std::int64_t sequence;
    Instant at;
  };
  struct Counters {
    AccountId account;
    std::optional<Place> head{};                  // the last entry's, where the transaction has appended one
    std::int64_t entries = 0;                     // appended by the transaction
    std::optional<std::int64_t> last_decision{};  // where the transaction has appended one
    std::int64_t decisions = 0;                   // likewise
    std::int64_t contact_numbers = 0;             // since write(), as are the following
    std::int64_t patients = 0;
    std::int64_t doctors = 0;
  };
  using Mark = std::vector<Counters>;

  explicit AccountCounters(Connection& db) : db_(db) {}

  /// The ledger's next place. A time before the last entry's is moved up to that.
  Place advance_ledger(AccountId, Instant);
  /// Where the account's ledger ends, with what the transaction has appended; 0 where it is empty.
  std::int64_t last_sequence(AccountId) const;
  /// Where it ended when the transaction began: what others know of.
  std::int64_t committed_sequence(AccountId) const;
  /// The next place among the account's decisions, and the last.
  std::int64_t advance_decisions(AccountId);
  std::int64_t last_decision(AccountId) const;
  std::int64_t decisions() const;
  /// Whose ledgers the transaction has made longer.
  std::vector<AccountId> accounts_with_entries() const;
  /// How many entries the transaction has appended, in all accounts.
  std::int64_t entries() const;
  void count_contact_numbers(AccountId account, std::int64_t more) { of(account).contact_numbers += more; }
  void count_people(AccountId, PersonType, std::int64_t more);

  /// Writes what has moved: before a commit, and before a statement reads it. Nothing on a connection that
  /// only reads.
  void write();

  /// Forgets everything: a new transaction begins.
  void clear() { counters_.clear(); }
  /// The state to go back to, together with the rows, when what follows is undone.
  Mark mark() const { return counters_; }
  void rewind(Mark mark) { counters_ = std::move(mark); }

 private:
  Counters& of(AccountId);
  Counters const* find(AccountId) const;
  Place read_head(AccountId) const;
  std::int64_t read_last_decision(AccountId) const;

  static constexpr Place before_the_first{0, {INT64_MIN}};

  Connection& db_;
  std::vector<Counters> counters_;  // of the accounts that the transaction has changed: few
};

}  // namespace linebook::sqlite
