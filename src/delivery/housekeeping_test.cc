#include "delivery/housekeeping.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "fakes/fixed_clock.h"
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
  std::vector<LedgerEntry> following(AccountId, std::int64_t, std::int64_t) const override { unexpected(); }
  std::int64_t last_sequence(AccountId) const override { unexpected(); }
  std::vector<StoredEntry> stored(AccountId, std::int64_t, std::int64_t) const override { unexpected(); }
  std::optional<LedgerSeal> last_seal(AccountId) const override { unexpected(); }
  std::vector<LedgerSeal> seals(AccountId, std::int64_t, std::int64_t) const override { unexpected(); }
  void append_seal(AccountId, LedgerSeal const&) override { unexpected(); }
  std::vector<AccountId> unsealed_accounts() const override { return {}; }

 private:
  [[noreturn]] static void unexpected() { throw std::logic_error("not asked for in these tests"); }
};

class LedgerAlone final : public Transaction {
 public:
  Accounts& accounts() override { unexpected(); }
  People& people() override { unexpected(); }
  ContactNumbers& contact_numbers() override { unexpected(); }
  Agents& agents() override { unexpected(); }
  Lines& lines() override { unexpected(); }
  Pool& pool() override { unexpected(); }
  Ledger& ledger() override { return ledger_; }
  Idempotency& idempotency() override { unexpected(); }
  CarrierTasks& carrier_tasks() override { unexpected(); }
  Calls& calls() override { unexpected(); }

 private:
  [[noreturn]] static void unexpected() { throw std::logic_error("not asked for in these tests"); }
  SealedLedger ledger_;
};

/// Counts how often somebody looks for what is not sealed. Writes are refused: nobody waits for them here.
class WatchedStore final : public Store {
 public:
  void write(std::unique_ptr<WriteJob> job) override { job->done(Error{ErrorCode::unavailable, "away"}); }
  void read(ReadCost, std::unique_ptr<ReadJob> job) override {
    ++looks;
    if (away) return job->done(Error{ErrorCode::unavailable, "away"});
    LedgerAlone transaction;
    job->run(transaction);
    job->done(std::nullopt);
  }
  std::uint64_t keys_generation() const override { return 0; }
  KeyChanges key_changes_since(std::uint64_t) const override { return {}; }
  std::optional<std::string> trouble() const override { return std::nullopt; }
  StoreCounters const& counters() const override { return counted; }
  void stop() override {}

  std::atomic<int> looks{0};
  std::atomic<bool> away{false};
  StoreCounters counted;
};

class HousekeepingTest : public testing::Test {
 protected:
  bool has_looked(int times) {
    for (auto const deadline = std::chrono::steady_clock::now() + 10s;
         store.looks < times && std::chrono::steady_clock::now() < deadline;)
      std::this_thread::sleep_for(10ms);
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
  ASSERT_TRUE(has_looked(1));
  store.away = false;
  ASSERT_TRUE(has_looked(2));
  std::this_thread::sleep_for(2 * sealing_interval);
  EXPECT_EQ(store.looks, 2);
}

}  // namespace
}  // namespace linebook
