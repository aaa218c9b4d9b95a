// What every store owes those who stop it.
#include <gmock/gmock.h>

#include <future>
#include <thread>
#include <vector>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using Answer = std::promise<std::optional<Error>>;

struct Append final : WriteJob {
  Append(Answer& a, AccountId home, LedgerEntry e) : answer(a), account(home), entry(std::move(e)) {}
  void run(Transaction& tx) override { tx.ledger().append(account, entry); }
  void done(std::optional<Error> error) override { answer.set_value(std::move(error)); }
  Answer& answer;
  AccountId account;
  LedgerEntry entry;
};

struct Look final : ReadJob {
  explicit Look(Answer& a) : answer(a) {}
  void run(Transaction const& tx) override { (void)tx.accounts().list(); }
  void done(std::optional<Error> error) override { answer.set_value(std::move(error)); }
  Answer& answer;
};

constexpr ReadCost every_cost[] = {ReadCost::bounded, ReadCost::unbounded, ReadCost::long_walk};

class StoppingContract : public StoreContract {
 protected:
  std::optional<ErrorCode> answer_of(Answer& answer) {
    auto error = answer.get_future().get();
    return error ? std::optional(error->code) : std::nullopt;
  }
};

LINEBOOK_EVERY_STORE(StoppingContract);

TEST_P(StoppingContract, AnswersWhatItWasGivenAndKeepsIt) {
  std::vector<Answer> written(300), looked(100);
  for (auto& answer : written) store().write(std::make_unique<Append>(answer, home, entry("a")));
  for (auto& answer : looked) store().read(ReadCost::unbounded, std::make_unique<Look>(answer));
  store().stop();
  for (auto& answer : written) EXPECT_EQ(answer_of(answer), std::nullopt);
  for (auto& answer : looked) EXPECT_EQ(answer_of(answer), std::nullopt);
  reopen();
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.ledger().last_sequence(home); }), 300);
}

TEST_P(StoppingContract, AnswersWhateverComesLaterUnavailable) {
  Answer before;
  store().read(ReadCost::bounded, std::make_unique<Look>(before));
  EXPECT_EQ(answer_of(before), std::nullopt);
  store().stop();
  store().stop();
  auto const refuses_everything = [&] {
    Answer written;
    store().write(std::make_unique<Append>(written, home, entry("late")));
    EXPECT_EQ(answer_of(written), ErrorCode::unavailable);
    for (auto const cost : every_cost) {
      Answer looked;
      store().read(cost, std::make_unique<Look>(looked));
      EXPECT_EQ(answer_of(looked), ErrorCode::unavailable) << static_cast<int>(cost);
    }
    store().rest();
  };
  refuses_everything();
  std::thread(refuses_everything).join();
  reopen();
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.ledger().last_sequence(home); }), 0);
}

TEST_P(StoppingContract, OthersMayGoOnHandingOver) {
  std::atomic<bool> over{false};
  std::atomic<std::int64_t> kept{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      while (!over) {
        Answer written, looked;
        store().write(std::make_unique<Append>(written, home, entry("a")));
        store().read(every_cost[i % 3], std::make_unique<Look>(looked));
        if (!answer_of(written)) ++kept;
        (void)answer_of(looked);
      }
    });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  store().stop();
  over = true;
  for (auto& thread : threads) thread.join();
  reopen();
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.ledger().last_sequence(home); }), kept.load());
}

}  // namespace
}  // namespace linebook::contract
