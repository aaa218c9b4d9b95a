// The ports of one job: each a set of named statements. Whoever runs the job has begun its transaction.
//
// Where a job changes things, what it reads about a person, a line, an agent, the pool or a kept answer is
// locked in the database against other nodes, and claimed in memory against the other jobs of its batch.
#pragma once

#include <optional>

#include "app/ports/store.h"
#include "store/postgres/digit_search.h"
#include "store/postgres/session.h"

namespace linebook::postgres {

class PostgresAccounts final : public Accounts {
 public:
  explicit PostgresAccounts(Session& session) : session_(session) {}
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
  Session& session_;
};

class PostgresPeople final : public People {
 public:
  PostgresPeople(Session& session, DigitIndexes& indexes) : session_(session), search_(session, indexes) {}
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
  Session& session_;
  PostgresDigitSearch search_;
};

class PostgresContactNumbers final : public ContactNumbers {
 public:
  PostgresContactNumbers(Session& session, DigitIndexes& indexes)
      : session_(session), search_(session, indexes) {}
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
  Session& session_;
  PostgresDigitSearch search_;
};

class PostgresAgents final : public Agents {
 public:
  explicit PostgresAgents(Session& session) : session_(session) {}
  std::optional<Agent> find(AccountId, AgentId const&) const override;
  std::vector<Agent> list(AccountId, std::optional<Keyset> const& after, std::int64_t limit) const override;
  void insert(AccountId, Agent const&) override;
  void update(AccountId, Agent const&) override;
  void remove(AccountId, AgentId const&) override;

 private:
  Session& session_;
};

class PostgresLines final : public Lines {
 public:
  explicit PostgresLines(Session& session) : session_(session) {}
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
  Session& session_;
};

class PostgresPool final : public Pool {
 public:
  explicit PostgresPool(Session& session) : session_(session) {}
  std::optional<PoolNumber> find(E164 const&) const override;
  std::optional<PoolNumber> choose(PoolWish const&, AccountId, Instant now) override;
  std::vector<PoolNumber> list() const override;
  void insert(PoolNumber const&) override;
  void update(PoolNumber const&) override;

 private:
  Session& session_;
};

class PostgresLedger final : public Ledger {
 public:
  /// A page of a filtered walk looks at no more entries than this.
  static constexpr std::int64_t examined_per_page = 20'000;

  explicit PostgresLedger(Session& session) : session_(session) {}
  /// The entry gets its place when the transaction commits: its own job does not read it back.
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
  LedgerPage newest_of_entity(AccountId, LedgerFilter const&, std::int64_t begin, std::int64_t end,
                              std::int64_t limit) const;
  Session& session_;
};

class PostgresIdempotency final : public Idempotency {
 public:
  explicit PostgresIdempotency(Session& session) : session_(session) {}
  std::optional<KeptAnswer> find(IdempotencySlot const&) const override;
  void keep(IdempotencySlot const&, KeptAnswer const&) override;
  std::int64_t forget(Instant before, std::int64_t limit) override;

 private:
  Session& session_;
  mutable std::optional<IdempotencySlot> empty_slot_;  // as find() found it
};

class PostgresCarrierTasks final : public CarrierTasks {
 public:
  explicit PostgresCarrierTasks(Session& session) : session_(session) {}
  std::optional<CarrierTask> find(AccountId, LineId const&) const override;
  std::optional<Instant> next_due() const override;
  void put(CarrierTask const&) override;
  void remove(AccountId, LineId const&) override;
  std::vector<CarrierTask> claim(std::string const& lease, Instant now, Instant until,
                                 std::int64_t limit) override;
  void end_leases() override;

 private:
  Session& session_;
};

class PostgresCalls final : public Calls {
 public:
  explicit PostgresCalls(Session& session) : session_(session) {}
  std::optional<CallRecord> find(AccountId, CallId const&) const override;
  std::optional<CallRecord> find_by_carrier_sid(AccountId, std::string_view sid) const override;
  std::vector<CallRecord> list(AccountId, CallFilter const&, std::optional<Keyset> const& after,
                               std::int64_t limit) const override;
  void insert(AccountId, CallRecord const&) override;
  void update(AccountId, CallRecord const&) override;

 private:
  Session& session_;
};

class PostgresTransaction final : public Transaction {
 public:
  PostgresTransaction(Session& session, DigitIndexes& indexes)
      : session_(session),
        accounts_(session),
        people_(session, indexes),
        contact_numbers_(session, indexes),
        agents_(session),
        lines_(session),
        pool_(session),
        ledger_(session),
        idempotency_(session),
        carrier_tasks_(session),
        calls_(session) {}

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

  Session& session() { return session_; }

 private:
  Session& session_;
  PostgresAccounts accounts_;
  PostgresPeople people_;
  PostgresContactNumbers contact_numbers_;
  PostgresAgents agents_;
  PostgresLines lines_;
  PostgresPool pool_;
  PostgresLedger ledger_;
  PostgresIdempotency idempotency_;
  PostgresCarrierTasks carrier_tasks_;
  PostgresCalls calls_;
};

}  // namespace linebook::postgres
