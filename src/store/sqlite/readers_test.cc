// Reads that take long, and what reads keep from the log.
#include <chrono>
#include <filesystem>
#include <future>
#include <thread>

#include "store/sqlite/sqlite_store_fixture.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::HasSubstr;

/// Reads until it is told to give up; tells how it ended.
struct EndlessRead final : ReadJob {
  explicit EndlessRead(std::promise<std::optional<Error>>& p) : promise(p) {}
  void run(Transaction const& tx) override {
    for (;;) (void)tx.accounts().list();
  }
  void done(std::optional<Error> error) override { promise.set_value(std::move(error)); }
  std::promise<std::optional<Error>>& promise;
};

TEST_F(SqliteStoreTest, AnUnboundedReadIsGivenUpAtItsDeadline) {
  auto opened = SqliteStore::open(path, {.log = [](std::string_view) {}, .read_deadline = 50ms});
  ASSERT_TRUE(opened);
  auto& store = **opened;
  make_account(store, "home");
  std::promise<std::optional<Error>> ended[3];
  for (auto& promise : ended) store.read(ReadCost::unbounded, std::make_unique<EndlessRead>(promise));
  for (auto& promise : ended) {
    auto const error = promise.get_future().get();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::overloaded);
    EXPECT_THAT(error->message, HasSubstr("took too long"));
  }
  auto const accounts = [](Transaction const& tx) -> Result<std::size_t> {
    return tx.accounts().list().size();
  };
  EXPECT_EQ(read_and_wait(store, accounts, ReadCost::unbounded), 1u) << "the threads go on";
  auto const over = std::chrono::steady_clock::now() + 200ms;
  auto const walked = read_and_wait(store, [&](Transaction const& tx) -> Result<std::size_t> {
    while (std::chrono::steady_clock::now() < over) (void)tx.accounts().list();
    return tx.accounts().list().size();
  });
  EXPECT_EQ(walked, 1u) << "a walk that must see all of it has no deadline";
}

TEST_F(SqliteStoreTest, StoppingGivesUpReadsThatTakeLong) {
  auto store = open(path);
  make_account(*store, "home");
  std::promise<std::optional<Error>> walked, pooled;
  std::thread walker([&] { store->read(ReadCost::long_walk, std::make_unique<EndlessRead>(walked)); });
  store->read(ReadCost::unbounded, std::make_unique<EndlessRead>(pooled));
  std::this_thread::sleep_for(50ms);
  auto const started = std::chrono::steady_clock::now();
  store->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - started, 4s) << "well before the deadline of a read";
  walker.join();
  for (auto* promise : {&walked, &pooled}) {
    auto const error = promise->get_future().get();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::unavailable);
  }
}

TEST_F(SqliteStoreTest, TheLogStaysBoundedWhileReadersHoldSnapshots) {
  auto store = open(path);
  auto const account = make_account(*store, "home");
  struct Look final : ReadJob {
    explicit Look(AccountId a) : account(a) {}
    void run(Transaction const& tx) override { (void)tx.ledger().last_sequence(account); }
    void done(std::optional<Error> error) override { EXPECT_FALSE(error); }
    AccountId account;
  };
  std::string const bulk(40'000, 'x');
  for (int i = 0; i < 2500; ++i) {
    ASSERT_TRUE(write(*store, [&](Transaction& tx) {
      tx.idempotency().keep({account, "key_1", "r", std::to_string(i)},
                            {.body_hash = "h", .status = 200, .head = {}, .body = bulk, .created_at = noon});
    }));
    if (i % 10 == 0) store->read(ReadCost::bounded, std::make_unique<Look>(account));  // and never rests
  }
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 3u * 8192 * 4096) << "100 MB were written";
  store.reset();
  EXPECT_TRUE(!std::filesystem::exists(path + "-wal") || std::filesystem::file_size(path + "-wal") == 0);
}

}  // namespace
}  // namespace linebook
