// The ports of one connection: each a set of named statements. Whoever holds the transaction has begun it.
#pragma once

#include <cstddef>
#include <vector>

#include "app/ports/store.h"
#include "store/sqlite/account_counters.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/digit_search.h"

namespace linebook::sqlite {

/// What a batch has done beside its rows, told to the rest of the store once it is committed.
struct Effects {
  bool keys_changed = false;
  std::vector<NumberChange> number_changes;

  /// A place to go back to when a job is undone.
  struct Mark {
    bool keys_changed;
    std::size_t number_changes;
  };
  Mark mark() const { return {keys_changed, number_changes.size()}; }
  void rewind(Mark const& to) {
    keys_changed = to.keys_changed;
    number_changes.erase(number_changes.begin() + static_cast<std::ptrdiff_t>(to.number_changes),
                         number_changes.end());
  }
  void clear() { rewind({}); }
};

class SqliteAccounts final : public Accounts {
 public:
  SqliteAccounts(Connection& db, Effects& effects) : db_(db), effects_(effects) {}
  std::optional<Account> find(AccountId) const override;
  std::optional<Account> find_by_name(std::string_view) const override;
  std::vector<Account> list() const override;
  AccountId insert(Account const&) override;
  void set_status(AccountId, AccountStatus) override;
  void set_wrapped_data_key(AccountId, std::string_view) override;
  std::optional<ApiKey> find_key(KeyId const&) const override;
  std::vector<ApiKey> list_keys() const override;
  void insert_key(ApiKey const&) override;
  void revoke_key(KeyId const&, Instant) override;
  void set_key_last_used(KeyId const&, Instant) override;

 private:
  Connection& db_;
  Effects& effects_;
};

class SqlitePeople final : public People {
 public:
  SqlitePeople(Connection& db, AccountCounters& counters, DigitSearch const& search)
      : db_(db), counters_(counters), search_(search) {}
  std::optional<Person> find(AccountId, PersonRef const&) const override;
  CountedPage<Person> list(AccountId, PersonType, PersonSearch const&, std::int64_t limit,
                           std::int64_t offset) const override;
  void insert(AccountId, Person const&) override;
  void update(AccountId, Person const&) override;

 private:
  CountedPage<Person> newest(AccountId, PersonType, std::int64_t limit, std::int64_t offset) const;
  CountedPage<Person> by_name(AccountId, PersonType, PersonSearch const&, std::int64_t limit,
                              std::int64_t offset) const;
  CountedPage<Person> by_digits(AccountId, PersonType, std::string const& digits, std::int64_t limit,
                                std::int64_t offset) const;
  Connection& db_;
  AccountCounters& counters_;
  DigitSearch const& search_;
};

class SqliteContactNumbers final : public ContactNumbers {
 public:
  SqliteContactNumbers(Connection& db, AccountCounters& counters, Effects& effects,
                       SqliteDigitSearch const& search)
      : db_(db), counters_(counters), effects_(effects), search_(search) {}
  std::optional<LinkedContactNumber> find(AccountId, ContactNumberId const&) const override;
  CountedPage<LinkedContactNumber> list(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                        std::int64_t offset) const override;
  std::vector<ContactNumber> of_person(AccountId, PersonRef const&, std::int64_t limit) const override;
  std::optional<ContactNumber> find_on_person(AccountId, PersonRef const&, TenDigits const&) const override;
  std::optional<ContactNumber> primary_of(AccountId, PersonRef const&, PhoneType) const override;
  std::vector<LinkedContactNumber> with_number(AccountId, TenDigits const&,
                                               std::int64_t limit) const override;
  QualityReport quality(AccountId) const override;
  std::vector<LinkedContactNumber> walk(AccountId, ContactNumberId const& after,
                                        std::int64_t limit) const override;
  void insert(AccountId, ContactNumber const&) override;
  void update(AccountId, ContactNumber const&) override;
  void remove(AccountId, ContactNumber const&) override;
  bool do_not_call_remembered(AccountId, PersonRef const&, TenDigits const&) const override;
  void remember_do_not_call(AccountId, PersonRef const&, TenDigits const&) override;
  void forget_do_not_call(AccountId, PersonRef const&, TenDigits const&) override;

 private:
  std::vector<LinkedContactNumber> found(AccountId, std::vector<ContactNumberId> const&) const;
  Connection& db_;
  AccountCounters& counters_;
  Effects& effects_;
  SqliteDigitSearch const& search_;
};

class SqliteAgents final : public Agents {
 public:
  explicit SqliteAgents(Connection& db) : db_(db) {}
  std::optional<Agent> find(AccountId, AgentId const&) const override;
  std::vector<Agent> list(AccountId, std::optional<Keyset> const& after, std::int64_t limit) const override;
  void insert(AccountId, Agent const&) override;
  void update(AccountId, Agent const&) override;
  void remove(AccountId, AgentId const&) override;

 private:
  Connection& db_;
};

class SqliteLines final : public Lines {
 public:
  explicit SqliteLines(Connection& db) : db_(db) {}
  std::optional<Line> find(AccountId, LineId const&) const override;
  std::optional<Line> find_by_number(AccountId, std::string_view number) const override;
  std::vector<Line> list(AccountId, LineFilter const&, std::optional<Keyset> const& after,
                         std::int64_t limit) const override;
  std::vector<Line> using_agent(AccountId, AgentId const&, std::int64_t limit) const override;
  std::optional<NumberInService> in_service(E164 const&) const override;
  void insert(AccountId, Line const&) override;
  void update(AccountId, Line const&) override;
  void remove(AccountId, Line const&) override;

 private:
  Connection& db_;
};

class SqlitePool final : public Pool {
 public:
  explicit SqlitePool(Connection& db) : db_(db) {}
  std::optional<PoolNumber> find(E164 const&) const override;
  std::optional<PoolNumber> choose(PoolWish const&, AccountId, Instant now) override;
  std::vector<PoolNumber> list() const override;
  void insert(PoolNumber const&) override;
  void update(PoolNumber const&) override;

 private:
  Connection& db_;
};

class SqliteLedger final : public Ledger {
 public:
  /// A page of a filtered walk looks at no more entries than this (some 20 ms).
  static constexpr std::int64_t examined_per_page = 20'000;

  SqliteLedger(Connection& db, AccountCounters& counters) : db_(db), counters_(counters) {}
  void append(AccountId, LedgerEntry const&) override;
  LedgerPage newest(AccountId, LedgerFilter const&, std::optional<std::int64_t> before,
                    std::int64_t limit) const override;
  std::vector<LedgerEntry> following(AccountId, std::int64_t after, std::int64_t limit) const override;
  std::int64_t last_sequence(AccountId) const override;
  std::vector<StoredEntry> stored(AccountId, std::int64_t after, std::int64_t limit) const override;
  std::optional<LedgerSeal> last_seal(AccountId) const override;
  std::vector<LedgerSeal> seals(AccountId, std::int64_t after_sequence, std::int64_t limit) const override;
  void append_seal(AccountId, LedgerSeal const&) override;
  std::vector<AccountId> unsealed_accounts() const override;

 private:
  std::int64_t first_at_or_after(AccountId, Instant) const;
  Connection& db_;
  AccountCounters& counters_;
};

class SqliteIdempotency final : public Idempotency {
 public:
  explicit SqliteIdempotency(Connection& db) : db_(db) {}
  std::optional<KeptAnswer> find(IdempotencySlot const&) const override;
  void keep(IdempotencySlot const&, KeptAnswer const&) override;
  std::int64_t forget(Instant before, std::int64_t limit) override;

 private:
  Connection& db_;
};

class SqliteCarrierTasks final : public CarrierTasks {
 public:
  explicit SqliteCarrierTasks(Connection& db) : db_(db) {}
  std::optional<CarrierTask> find(AccountId, LineId const&) const override;
  std::optional<Instant> next_due() const override;
  void put(CarrierTask const&) override;
  void remove(AccountId, LineId const&) override;
  std::vector<CarrierTask> claim(std::string const& lease, Instant now, Instant until,
                                 std::int64_t limit) override;
  void end_leases() override;

 private:
  Connection& db_;
};

class SqliteCalls final : public Calls {
 public:
  explicit SqliteCalls(Connection& db) : db_(db) {}
  std::optional<CallRecord> find(AccountId, CallId const&) const override;
  std::optional<CallRecord> find_by_carrier_sid(AccountId, std::string_view sid) const override;
  std::vector<CallRecord> list(AccountId, CallFilter const&, std::optional<Keyset> const& after,
                               std::int64_t limit) const override;
  void insert(AccountId, CallRecord const&) override;
  void update(AccountId, CallRecord const&) override;

 private:
  Connection& db_;
};

class SqliteTransaction final : public Transaction {
 public:
  SqliteTransaction(Connection& db, DigitIndexes& indexes)
      : counters(db),
        search(db, counters, indexes),
        db_(db),
        accounts_(db, effects),
        people_(db, counters, search),
        contact_numbers_(db, counters, effects, search),
        agents_(db),
        lines_(db),
        pool_(db),
        ledger_(db, counters),
        idempotency_(db),
        carrier_tasks_(db),
        calls_(db) {}

  Accounts& accounts() override { return accounts_; }
  People& people() override { return people_; }
  ContactNumbers& contact_numbers() override { return contact_numbers_; }
  Agents& agents() override { return agents_; }
  Lines& lines() override { return lines_; }
  Pool& pool() override { return pool_; }
  Ledger& ledger() override { return ledger_; }
  Idempotency& idempotency() override { return idempotency_; }
  CarrierTasks& carrier_tasks() override { return carrier_tasks_; }
  Calls& calls() override { return calls_; }

  Connection& connection() { return db_; }

  Effects effects;
  AccountCounters counters;
  SqliteDigitSearch search;

 private:
  Connection& db_;
  SqliteAccounts accounts_;
  SqlitePeople people_;
  SqliteContactNumbers contact_numbers_;
  SqliteAgents agents_;
  SqliteLines lines_;
  SqlitePool pool_;
  SqliteLedger ledger_;
  SqliteIdempotency idempotency_;
  SqliteCarrierTasks carrier_tasks_;
  SqliteCalls calls_;
};

}  // namespace linebook::sqlite
