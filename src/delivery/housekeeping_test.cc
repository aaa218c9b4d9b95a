#include "delivery/housekeeping.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "fakes/fixed_clock.h"
#include "fakes/no_accounts.h"
#include "fakes/no_books.h"
#include "fakes/plain_secrets.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;

/// Everything in it is sealed; whoever asks for more than that has no business here.
class SealedLedger final : public Ledger {
 public:
  void append(AccountId, LedgerEntry const&) override { unexpected(); }
  LedgerPage newest(AccountId, LedgerFilter const&, std::optional<std::int64_t>,
                    std::int64_t) const override {
    unexpected();
  }
  std::vector<std::int64_t> heads(std::span<AccountId const>) const override { unexpected(); }
  std::vector<LedgerEntry> following(AccountId, std::int64_t, std::int64_t) const override { unexpected(); }
  std::vector<LedgerEntry> by_entity(AccountId, std::string_view, std::int64_t, std::int64_t) const override {
    unexpected();
  }
  std::int64_t last_sequence(AccountId) const override { unexpected(); }
  std::vector<StoredRow> stored(AccountId, std::int64_t, std::int64_t) const override { unexpected(); }
  std::optional<Seal> last_seal(AccountId) const override { unexpected(); }
  std::vector<Seal> seals(AccountId, std::int64_t, std::int64_t) const override { unexpected(); }
  void append_seal(AccountId, Seal const&) override { unexpected(); }
  std::vector<AccountId> unsealed_accounts() const override { return {}; }

 private:
  [[noreturn]] static void unexpected() { throw std::logic_error("not asked for in these tests"); }
};

class SealedDecisions final : public Decisions {
 public:
  void append(AccountId, Decision const&) override { unexpected(); }
  std::optional<Decision> find(AccountId, DecisionId const&) const override { unexpected(); }
  std::vector<Decision> newest(AccountId, DecisionFilter const&, std::optional<DecisionId> const&,
                               std::int64_t) const override {
    unexpected();
  }
  Following following(AccountId, std::int64_t, std::int64_t) const override { unexpected(); }
  std::optional<std::int64_t> due_to_be_forgotten(AccountId, Instant) const override { unexpected(); }
  void forget(AccountId, Forgotten const&) override { unexpected(); }
  std::vector<AccountId> accounts() const override { return {}; }
  std::int64_t last_sequence(AccountId) const override { unexpected(); }
  std::vector<StoredRow> stored(AccountId, std::int64_t, std::int64_t) const override { unexpected(); }
  std::optional<Seal> last_seal(AccountId) const override { unexpected(); }
  std::vector<Seal> seals(AccountId, std::int64_t, std::int64_t) const override { unexpected(); }
  void append_seal(AccountId, Seal const&) override { unexpected(); }
  std::vector<AccountId> unsealed_accounts() const override { return {}; }

 private:
  [[noreturn]] static void unexpected() { throw std::logic_error("not asked for in these tests"); }
};

class NobodysAccounts final : public fakes::NoAccounts {
 public:
  std::vector<Account> list() const override { return {}; }
};

class LedgerAlone final : public fakes::NoBooks {
 public:
  Ledger& ledger() override {
    ledger_was_asked = true;
    return ledger_;
  }
  Decisions& decisions() override { return decisions_; }
  Accounts& accounts() override { return accounts_; }
  bool ledger_was_asked = false;

 private:
  SealedLedger ledger_;
  SealedDecisions decisions_;
  NobodysAccounts accounts_;
};

/// Counts how often somebody looks for what is not sealed. Writes are refused: nobody waits for them here.
class WatchedStore final : public Store {
 public:
  void write(std::unique_ptr<WriteJob> job) override { job->done(Error{ErrorCode::unavailable, "away"}); }
  void read(ReadCost, std::unique_ptr<ReadJob> job) override {
    if (away) {
      ++refused;
      return job->done(Error{ErrorCode::unavailable, "away"});
    }
    LedgerAlone transaction;
    job->run(transaction);
    if (transaction.ledger_was_asked) ++looks;
    job->done(std::nullopt);
  }
  std::uint64_t keys_generation() const override { return 0; }
  KeyChanges key_changes_since(std::uint64_t) const override { return {}; }
  std::optional<std::string> trouble() const override { return std::nullopt; }
  StoreCounters const& counters() const override { return counted; }
  void stop() override {}

  std::atomic<int> looks{0};
  std::atomic<int> refused{0};
  std::atomic<bool> away{false};
  StoreCounters counted;
};

class HousekeepingTest : public testing::Test {
 protected:
  static void wait_for(std::atomic<int> const& count, int times) {
    for (auto const deadline = std::chrono::steady_clock::now() + 10s;
         count < times && std::chrono::steady_clock::now() < deadline;)
      std::this_thread::sleep_for(10ms);
  }
  bool has_looked(int times) {
    wait_for(store.looks, times);
    return store.looks == times;
  }

  WatchedStore store;
  fakes::FixedClock clock{Instant::from_seconds(1'740'000'000)};
  fakes::PlainSecrets secrets;
  Housekeeping::Dependencies const dependencies{store, clock, secrets,
                                                [] { return std::vector<std::pair<KeyId, Instant>>(); },
                                                [](std::string_view) {}};
};

TEST_F(HousekeepingTest, LooksForWhatIsNotSealedOnlyAfterTheLedgerGrew) {
  {
    Housekeeping const housekeeping(dependencies);
    ASSERT_TRUE(has_looked(1)) << "at the first turn: an earlier process may have left something";
    std::this_thread::sleep_for(2 * sealing_interval + sealing_interval / 2);
    EXPECT_EQ(store.looks, 1) << "nothing was appended since";
    ++store.counted.ledger_entries;
    EXPECT_TRUE(has_looked(2));
    ++store.counted.ledger_entries;
  }
  EXPECT_EQ(store.looks, 3) << "the last turn leaves nothing behind";
}

TEST_F(HousekeepingTest, LooksAgainWhereTheStoreWasAway) {
  store.away = true;
  Housekeeping const housekeeping(dependencies);
  wait_for(store.refused, 1);
  ASSERT_GE(store.refused, 1);
  ASSERT_EQ(store.looks, 0);
  store.away = false;
  ASSERT_TRUE(has_looked(1));
  std::this_thread::sleep_for(2 * sealing_interval);
  EXPECT_EQ(store.looks, 1);
}

TEST_F(HousekeepingTest, ForgetsUploadsThatNobodyAsksFor) {
  std::atomic<int> times = 0;
  auto with_uploads = dependencies;
  with_uploads.forget_uploads = [&] { ++times; };
  Housekeeping const housekeeping(std::move(with_uploads));
  wait_for(times, 1);
  EXPECT_GE(times, 1);
}

}  // namespace
}  // namespace linebook
