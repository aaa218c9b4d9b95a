// A disk that fails: what is refused, what goes on, and how the store comes back.
#include <chrono>
#include <filesystem>
#include <thread>

#include "fakes/failing_vfs.h"
#include "store/sqlite/checkpoint_bounds.h"
#include "store/sqlite/sqlite_store_fixture.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;

class FailingDiskTest : public SqliteStoreTest {
 protected:
  using Fault = fakes::FailingVfs::Fault;

  bool recovers(SqliteStore& store) {
    for (auto const deadline = std::chrono::steady_clock::now() + 10s;
         std::chrono::steady_clock::now() < deadline; std::this_thread::sleep_for(20ms))
      if (!store.trouble()) return true;
    return false;
  }

  fakes::FailingVfs vfs{"failing"};
};

TEST_F(FailingDiskTest, AFullDiskRefusesWritesAndRecoversByItself) {
  for (auto const fault : {Fault::disk_full, Fault::write_error}) {
    auto const file = directory.file("linebook-" + std::to_string(static_cast<int>(fault)) + ".db");
    auto store = open(file, vfs.name());
    auto const account = make_account(*store, "home");
    ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("before")); }));
    EXPECT_EQ(store->trouble(), std::nullopt);

    vfs.set(fault);
    for (int twice = 0; twice < 2; ++twice) {
      auto const refused =
          write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("lost")); });
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
      EXPECT_EQ(last_sequence(*store, account), 1) << "reads go on, and see nothing of it";
    }
    EXPECT_TRUE(store->trouble());
    EXPECT_GE(store->counters().commit_failures.load(), 2u);

    vfs.set(Fault::none);
    EXPECT_TRUE(recovers(*store)) << "without a single request";
    EXPECT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("after")); }));
    EXPECT_EQ(last_sequence(*store, account), 2);
    store.reset();
    store = open(file);
    EXPECT_EQ(last_sequence(*store, account), 2);
  }
}

TEST_F(FailingDiskTest, ALogThatCannotBeCopiedOverStopsAtItsBound) {
  auto store = open(path, vfs.name());
  auto const account = make_account(*store, "home");
  auto const append = [&] {
    auto large = entry("x");
    large.request_id.assign(400 * 1024, 'r');  // some hundred pages
    return write(*store, [&](Transaction& tx) { tx.ledger().append(account, large); });
  };
  vfs.set(Fault::file_full);
  int kept = 0;
  while (kept < 1000 && append()) ++kept;
  EXPECT_TRUE(store->trouble());
  auto const log_bytes = std::filesystem::file_size(path + "-wal");
  EXPECT_LT(log_bytes, 2u * CheckpointBounds{}.busy_pages * 4096) << kept << " writes";
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(append());
  EXPECT_EQ(std::filesystem::file_size(path + "-wal"), log_bytes) << "it takes no more of the disk";
  EXPECT_EQ(last_sequence(*store, account), kept) << "reads go on";

  vfs.set(Fault::none);
  EXPECT_TRUE(recovers(*store)) << "without a single request";
  EXPECT_TRUE(append());
  EXPECT_EQ(last_sequence(*store, account), kept + 1);
}

TEST_F(FailingDiskTest, ABatchThatCannotBeCommittedAnswersAllOfItUnavailable) {
  auto store = open(path, vfs.name());
  auto const account = make_account(*store, "home");
  std::vector<std::thread> threads;
  std::atomic<int> unavailable{0}, kept{0};
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 50; ++round) {
        if (i == 0 && round % 10 == 5) vfs.set(round % 20 == 5 ? Fault::disk_full : Fault::none);
        auto const done = write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("x")); });
        ++(done ? kept : unavailable);
        if (!done) {
          EXPECT_EQ(done.error().code, ErrorCode::unavailable);
        }
      }
    });
  for (auto& thread : threads) thread.join();
  vfs.set(Fault::none);
  EXPECT_GT(unavailable.load(), 0);
  EXPECT_EQ(last_sequence(*store, account), kept.load()) << "what was acknowledged, and nothing else";
  store.reset();
  EXPECT_EQ(last_sequence(*open(path), account), kept.load());
}

TEST_F(FailingDiskTest, AFailedSyncStopsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        auto store = open(path, vfs.name());
        vfs.set(Fault::sync_error);
        make_account(*store, "home");
      },
      "fsync failed during commit_batch");
}

}  // namespace
}  // namespace linebook
