// What was acknowledged outlives its process, and stays with its file: a process that is killed, and a file
// that is moved, replaced or removed.
#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <thread>

#include "store/sqlite/sqlite_store_fixture.h"

namespace linebook {
namespace {

// -- A killed process ---------------------------------------------------------------------------------------

class KilledProcessTest : public SqliteStoreTest {
 protected:
  /// Writes for ever; tells each acknowledged sequence through the pipe.
  [[noreturn]] static void write_until_killed(std::string const& file, int pipe) {
    auto store = open(file);
    auto const account = make_account(*store, "home");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (;;) {
          auto const sequence = write_and_wait(*store, [&](Transaction& tx) -> Result<std::int64_t> {
            tx.ledger().append(account, entry("x"));
            return tx.ledger().last_sequence(account);
          });
          if (!sequence || ::write(pipe, &*sequence, sizeof *sequence) != sizeof *sequence) ::_exit(1);
        }
      });
    threads[0].join();
    ::_exit(1);
  }
};

TEST_F(KilledProcessTest, WhatWasAcknowledgedSurvivesAKill) {
  std::mt19937 random(7);  // the same moments in every run, as far as a scheduler allows
  for (int round = 0; round < 8; ++round) {
    auto const file = directory.file("killed-" + std::to_string(round) + ".db");
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    auto const child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(file, ends[1]);
    ::close(ends[1]);
    std::int64_t acknowledged = 0;
    std::int64_t sequence = 0;
    int left = 20 + static_cast<int>(random() % 200);
    while (::read(ends[0], &sequence, sizeof sequence) == sizeof sequence) {
      acknowledged = std::max(acknowledged, sequence);
      if (--left == 0) {
        ASSERT_EQ(::kill(child, SIGKILL), 0);
      }
    }
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_GT(acknowledged, 0);

    auto store = open(file);
    auto const account = AccountId{1};
    auto const last = last_sequence(*store, account);
    EXPECT_GE(last, acknowledged);
    auto const entries = read_and_wait(*store, [&](Transaction const& tx) -> Result<std::size_t> {
      return tx.ledger().following(account, 0, last + 1).size();
    });
    EXPECT_EQ(static_cast<std::int64_t>(entries.value()), last) << "no gap, none twice";
  }
}

// -- A file that goes away ----------------------------------------------------------------------------------

TEST_F(SqliteStoreTest, AFileThatWasReplacedOrRemovedStopsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto const elsewhere = directory.file("elsewhere.db");
  EXPECT_DEATH(
      {
        auto store = open(path);
        make_account(*store, "kept");
        std::filesystem::remove(path);
        make_account(*store, "lost");
      },
      "linebook.db was moved, replaced or removed");
  EXPECT_DEATH(
      {
        auto store = open(path);
        make_account(*store, "kept");
        std::filesystem::copy_file(path, elsewhere);
        std::filesystem::rename(elsewhere, path);
        make_account(*store, "lost");
      },
      "linebook.db was moved, replaced or removed");
}

TEST_F(SqliteStoreTest, AMovedFileAndItsLogHoldWhatWasAcknowledged) {
  auto const elsewhere = directory.file("elsewhere.db");
  auto store = open(path);
  auto const account = make_account(*store, "home");
  ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("a")); }));
  std::filesystem::rename(path, elsewhere);
  store.reset();
  std::filesystem::rename(path + "-wal", elsewhere + "-wal");
  EXPECT_EQ(last_sequence(*open(elsewhere), account), 1);
}

}  // namespace
}  // namespace linebook
