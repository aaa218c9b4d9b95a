// A store beside its replica: what comes back out of it, what is refused, and what a disk that fails costs.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "store/sqlite/replica/replica_restore.h"
#include "store/sqlite/replica/timelines.h"
#include "store/sqlite/restores.h"
#include "store/sqlite/sqlite_store_fixture.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;
using sqlite::ReplicaUse;
using testing::HasSubstr;

TEST(TimelinesTest, KnowWhatIsInTheirPast) {
  auto past = sqlite::Timelines::parse("000000000000000a@0,000000000000000b@5");
  EXPECT_TRUE(past.contains(0xa, 5, 9));
  EXPECT_FALSE(past.contains(0xa, 6, 9)) << "it went on without us";
  EXPECT_TRUE(past.contains(0xb, 9, 9));
  EXPECT_FALSE(past.contains(0xb, 10, 9));
  EXPECT_FALSE(past.contains(0xc, 1, 9));
  past.begin(0xc, 9);
  past.begin(0xd, 9);
  EXPECT_EQ(past.text(), "000000000000000a@0,000000000000000b@5,000000000000000d@9");
  EXPECT_EQ(sqlite::Timelines::parse(past.text()).text(), past.text());
}

/// A directory whose disk does as the test wants.
class FickleDirectory final : public sqlite::ReplicaDirectory {
 public:
  enum class Fault { none, full, sync };
  struct File final : sqlite::ReplicaFile {
    File(std::unique_ptr<ReplicaFile> b, std::atomic<Fault> const& f) : beneath(std::move(b)), fault(f) {}
    void append(std::string_view bytes) override {
      if (fault == Fault::full) throw std::runtime_error("No space left on device");
      beneath->append(bytes);
    }
    void sync() override {
      if (fault == Fault::sync) throw std::runtime_error("Input/output error");
      beneath->sync();
    }
    void reserve(std::uint64_t) override {
      if (fault == Fault::full) throw std::runtime_error("No space left on device");
    }
    bool is_in_place() const override { return beneath->is_in_place(); }
    std::unique_ptr<ReplicaFile> beneath;
    std::atomic<Fault> const& fault;
  };

  FickleDirectory(std::unique_ptr<ReplicaDirectory> beneath, std::atomic<Fault> const& fault)
      : beneath_(std::move(beneath)), fault_(fault) {}
  std::vector<std::string> names() override { return beneath_->names(); }
  std::unique_ptr<sqlite::ReplicaFile> create(std::string const& name) override {
    if (fault_ == Fault::full) throw std::runtime_error("No space left on device");
    return std::make_unique<File>(beneath_->create(name), fault_);
  }
  std::uint64_t size(std::string const& name) override { return beneath_->size(name); }
  std::string read(std::string const& name, std::uint64_t at, std::size_t bytes) override {
    return beneath_->read(name, at, bytes);
  }
  void sync(std::string const& name) override { beneath_->sync(name); }
  void remove(std::string const& name) override { beneath_->remove(name); }
  void sync_names() override { beneath_->sync_names(); }

 private:
  std::unique_ptr<ReplicaDirectory> beneath_;
  std::atomic<Fault> const& fault_;
};

class ReplicaTest : public SqliteStoreTest {
 protected:
  using Fault = FickleDirectory::Fault;

  ReplicaOptions options(bool is_sync) {
    ReplicaOptions options;
    options.path = replica;
    options.is_sync = is_sync;
    options.installation = installation;
    options.open = [this](ReplicaUse use) {
      return std::make_unique<FickleDirectory>(sqlite::open_replica_directory(replica, use), fault);
    };
    options.now = [this] { return Instant{now.load()}; };
    options.retry_interval = 20ms;
    options.segment_bytes = segment_bytes;
    options.log_bytes_a_base = log_bytes_a_base;
    options.keep = keep;
    return options;
  }
  Result<std::unique_ptr<SqliteStore>> try_open(bool is_sync = true) {
    return SqliteStore::open(path, {.log =
                                        [this](std::string_view text) {
                                          std::scoped_lock lock(log_mutex);
                                          told.emplace_back(text);
                                        },
                                    .checkpoint = {.idle_pages = 50, .busy_pages = 100},
                                    .replica = options(is_sync)});
  }
  std::unique_ptr<SqliteStore> open_with_replica(bool is_sync = true) {
    auto store = try_open(is_sync);
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }
  /// What a kill leaves of the database.
  std::string killed_copy(std::string const& name) {
    auto const copy = directory.file(name);
    std::filesystem::copy_file(path, copy);
    std::filesystem::copy_file(path + "-wal", copy + "-wal");
    return copy;
  }
  std::optional<std::size_t> accounts_in_replica(std::optional<Instant> at = {}) {
    auto files = sqlite::open_replica_directory(replica, ReplicaUse::read);
    auto const moment = find_replica_moment(*files, at);
    if (!moment) {
      failure = moment.error();
      return std::nullopt;
    }
    auto const file = directory.file("restored-" + std::to_string(++restored) + ".db");
    auto const rebuilt = rebuild_from_replica(*files, *moment, file, {});
    if (!rebuilt) throw std::runtime_error(rebuilt.error().message);
    auto const whole = SqliteRestores(path).inspect(file);
    if (!whole) throw std::runtime_error(whole.error().message);
    return accounts(*open(file));
  }
  static std::size_t accounts(Store& store) {
    return read_and_wait(
               store,
               [](Transaction const& tx) -> Result<std::size_t> { return tx.accounts().list().size(); })
        .value();
  }
  bool add(Store& store, std::size_t bulk = 10) {
    now += 1000;
    return write_and_wait(store,
                          [&](Transaction& tx) -> Result<void> {
                            tx.accounts().insert({.id = {},
                                                  .name = "account " + std::to_string(++added),
                                                  .wrapped_data_key = std::string(bulk, 'k'),
                                                  .created_at = fakes::noon});
                            return {};
                          })
        .has_value();
  }
  template <class Look>
  static bool eventually(Look look) {
    for (auto const deadline = std::chrono::steady_clock::now() + 20s;
         std::chrono::steady_clock::now() < deadline; std::this_thread::sleep_for(5ms))
      if (look()) return true;
    return false;
  }
  static bool has_all(SqliteStore& store) {
    return eventually([&] {
      auto const report = *store.replica();
      return !report.trouble && report.lag_commits == 0 && report.lag_milliseconds == 0;
    });
  }
  std::size_t bases() const {
    std::size_t count = 0;
    for (auto const& file : std::filesystem::directory_iterator(replica))
      count += file.path().extension() == ".base";
    return count;
  }

  std::string const replica = directory.file("replica");
  std::string installation = "fingerprint";
  std::atomic<Fault> fault{Fault::none};
  std::atomic<std::int64_t> now{Instant::from_seconds(1'750'000'000).milliseconds};
  std::uint64_t segment_bytes = 1u << 20;
  std::uint64_t log_bytes_a_base = 256u << 20;
  std::chrono::milliseconds keep = std::chrono::hours(72);
  std::mutex log_mutex;
  std::vector<std::string> told;
  Error failure{};
  int restored = 0;
  int added = 0;
};

TEST_F(ReplicaTest, HasEveryCommitThatWasAcknowledged) {
  auto store = open_with_replica();
  EXPECT_EQ(accounts_in_replica(), 0u);
  for (std::size_t n = 1; n <= 20; ++n) {
    ASSERT_TRUE(add(*store, n * 1000));
    if (n % 5 == 0) {
      EXPECT_EQ(accounts_in_replica(), n);
    }
  }
  EXPECT_EQ(store->replica()->lag_commits, 0u);
  EXPECT_EQ(store->replica()->lag_milliseconds, 0);
}

TEST_F(ReplicaTest, EverySecondOfItComesBack) {
  segment_bytes = 100'000;
  log_bytes_a_base = 300'000;
  auto store = open_with_replica();
  std::vector<Instant> times;
  for (int n = 0; n < 120; ++n) {
    ASSERT_TRUE(add(*store, 20'000));
    times.push_back({now.load()});
  }
  EXPECT_GT(bases(), 1u);
  for (std::size_t n = 0; n < times.size(); n += 7) EXPECT_EQ(accounts_in_replica(times[n]), n + 1);
  EXPECT_EQ(accounts_in_replica(times[50] + 999ms), 51u);
  EXPECT_EQ(accounts_in_replica(times[0] - 100'000'000ms), std::nullopt);
  EXPECT_THAT(failure.message, HasSubstr("nothing from before"));
}

TEST_F(ReplicaTest, NotSyncItFollowsByItself) {
  auto store = open_with_replica(false);
  for (int n = 0; n < 50; ++n) ASSERT_TRUE(add(*store, 1000));
  ASSERT_TRUE(has_all(*store));
  ASSERT_TRUE(eventually([&] { return bases() == 1 && accounts_in_replica() == 50u; }));
}

TEST_F(ReplicaTest, GoesOnWhereItWas) {
  for (int life = 1; life <= 3; ++life) {
    {
      auto store = open_with_replica(life != 2);
      for (int n = 0; n < 5; ++n) ASSERT_TRUE(add(*store));
    }
    EXPECT_EQ(bases(), 1u) << "no second copy of everything";
    EXPECT_EQ(accounts_in_replica(), life * 5u);
  }
}

TEST_F(ReplicaTest, AfterAKillTheLogHasWhatIsMissing) {
  auto const killed = [&] {
    auto store = open_with_replica();
    for (int n = 0; n < 5; ++n) EXPECT_TRUE(add(*store));
    // The last commit here is not there: the kill was between the two.
    fault = Fault::full;
    EXPECT_FALSE(add(*store));
    return killed_copy("killed.db");
  }();
  fault = Fault::none;
  EXPECT_EQ(accounts_in_replica(), 5u);
  std::filesystem::rename(killed, path);
  std::filesystem::rename(killed + "-wal", path + "-wal");
  auto store = open_with_replica();
  EXPECT_EQ(accounts(*store), 6u);
  EXPECT_EQ(accounts_in_replica(), 6u);
  EXPECT_EQ(bases(), 1u);
}

TEST_F(ReplicaTest, WhatWasWrittenWithoutItMakesANewOne) {
  {
    auto store = open_with_replica();
    ASSERT_TRUE(add(*store));
  }
  {
    auto store = open(path);  // as a sub-command does that was not told of the replica
    ASSERT_TRUE(add(*store));
  }
  auto store = open_with_replica();
  ASSERT_TRUE(add(*store));
  EXPECT_EQ(bases(), 2u);
  EXPECT_EQ(accounts_in_replica(), 3u);
}

TEST_F(ReplicaTest, AnOlderDatabaseIsRefused) {
  auto const older = directory.file("older.db");
  {
    auto store = open_with_replica();
    ASSERT_TRUE(add(*store));
    ASSERT_TRUE(store->copy_to(older, {}));
    ASSERT_TRUE(add(*store));
  }
  for (int twice = 0; twice < 2; ++twice) {
    ASSERT_TRUE(SqliteRestores(path).put_in_place(older, ExistingDatabase::replace));
    std::filesystem::copy_file(path, older);
    auto const refused = try_open(twice == 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("linebook restore --replica-dir"));
    EXPECT_EQ(accounts_in_replica(), 2u) << "nothing of it was touched";
  }
  // One that went on without the replica has as many commits, but others.
  {
    auto store = open(path);
    for (int n = 0; n < 9; ++n) ASSERT_TRUE(add(*store));
  }
  EXPECT_FALSE(try_open());
  std::filesystem::rename(replica, replica + ".kept");
  auto store = open_with_replica();
  EXPECT_EQ(accounts_in_replica(), 10u);
}

TEST_F(ReplicaTest, AnotherInstallationsIsRefused) {
  {
    auto store = open_with_replica();
    ASSERT_TRUE(add(*store));
  }
  installation = "another";
  auto const refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("another installation"));
  EXPECT_EQ(accounts_in_replica(), 1u);
}

TEST_F(ReplicaTest, IsWrittenByOneProcess) {
  auto const held = sqlite::open_replica_directory(replica, ReplicaUse::make_write);
  auto const refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("in use by another process"));
}

TEST_F(ReplicaTest, WithoutItNothingIsWrittenWhereItIsSync) {
  auto store = open_with_replica();
  ASSERT_TRUE(add(*store));
  for (auto const trouble : {Fault::full, Fault::sync}) {
    auto const before = accounts(*store);
    fault = trouble;
    EXPECT_FALSE(add(*store));
    EXPECT_FALSE(add(*store));
    EXPECT_LE(accounts(*store), before + 1) << "the first may be kept; the others are not tried";
    EXPECT_TRUE(store->trouble());
    EXPECT_TRUE(store->replica()->trouble);
    fault = Fault::none;
    ASSERT_TRUE(eventually([&] { return !store->trouble(); })) << "without a single request";
    ASSERT_TRUE(add(*store));
    EXPECT_EQ(accounts_in_replica(), accounts(*store));
  }
  EXPECT_EQ(bases(), 2u) << "after a failed sync nobody knows what is there";
}

TEST_F(ReplicaTest, WithoutItServingGoesOnWhereItIsNot) {
  log_bytes_a_base = 1u << 20;
  auto store = open_with_replica(false);
  ASSERT_TRUE(add(*store));
  ASSERT_TRUE(has_all(*store));
  fault = Fault::full;
  for (int n = 0; n < 20; ++n) {
    ASSERT_TRUE(add(*store));
    std::this_thread::sleep_for(2ms);
  }
  ASSERT_TRUE(eventually([&] { return store->replica()->trouble.has_value(); }));
  EXPECT_EQ(store->trouble(), std::nullopt);
  EXPECT_GT(store->replica()->lag_milliseconds, 0);
  fault = Fault::none;
  ASSERT_TRUE(has_all(*store));
  ASSERT_TRUE(eventually([&] { return accounts_in_replica() == 21u; }));
}

TEST_F(ReplicaTest, ADirectoryThatIsGoneAndBack) {
  auto store = open_with_replica();
  ASSERT_TRUE(add(*store));
  auto const away = replica + ".away";
  std::filesystem::rename(replica, away);
  EXPECT_FALSE(add(*store));
  EXPECT_EQ(accounts(*store), 1u) << "seen before the commit";
  std::filesystem::create_directory(replica);  // the bare place where it was mounted
  std::this_thread::sleep_for(100ms);
  EXPECT_FALSE(add(*store));
  EXPECT_THAT(*store->trouble(), HasSubstr("Mount its disk"));
  std::filesystem::remove_all(replica);
  std::filesystem::rename(away, replica);
  ASSERT_TRUE(eventually([&] { return !store->trouble(); }));
  ASSERT_TRUE(add(*store));
  EXPECT_EQ(accounts_in_replica(), 2u);
  EXPECT_EQ(bases(), 1u);
}

TEST_F(ReplicaTest, OldFilesGo) {
  segment_bytes = 50'000;
  log_bytes_a_base = 200'000;
  keep = 40s;
  auto store = open_with_replica();
  for (int n = 0; n < 200; ++n) ASSERT_TRUE(add(*store, 20'000));
  auto const last = Instant{now.load()};
  ASSERT_TRUE(eventually([&] { return bases() < 4; }));
  for (int ago = 0; ago <= 40; ago += 8)
    EXPECT_EQ(accounts_in_replica(last - ago * 1s), 200u - static_cast<unsigned>(ago));
  EXPECT_EQ(accounts_in_replica(last - 199s), std::nullopt);
}

TEST_F(ReplicaTest, DamageIsToldAndNotPassedOver) {
  segment_bytes = 50'000;
  {
    auto store = open_with_replica();
    for (int n = 0; n < 20; ++n) ASSERT_TRUE(add(*store, 20'000));
  }
  auto files = sqlite::open_replica_directory(replica, ReplicaUse::read);
  auto names = files->names();
  std::ranges::sort(names);
  std::erase_if(names, [](auto const& name) { return !name.ends_with(".log"); });
  ASSERT_GT(names.size(), 3u);
  {
    std::fstream damage(replica + "/" + names[names.size() / 2],
                        std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(5000);
    damage << "damaged";
  }
  EXPECT_EQ(accounts_in_replica(), std::nullopt);
  EXPECT_EQ(failure.code, ErrorCode::conflict);
  EXPECT_THAT(failure.message, HasSubstr("--at"));
}

TEST_F(ReplicaTest, BasesAreWholeThoughWritesGoOn) {
  log_bytes_a_base = 100'000;
  segment_bytes = 200'000;
  auto store = open_with_replica(false);
  std::vector<std::thread> writers;
  std::atomic<int> kept{0};
  for (int w = 0; w < 3; ++w)
    writers.emplace_back([&, w] {
      for (int n = 0; n < 150; ++n) {
        auto const done = write_and_wait(*store, [&](Transaction& tx) -> Result<void> {
          tx.accounts().insert({.id = {},
                                .name = std::to_string(w) + " " + std::to_string(n),
                                .wrapped_data_key = std::string(30'000, 'k'),
                                .created_at = fakes::noon});
          return {};
        });
        kept += done ? 1 : 0;
        now += 100;
      }
    });
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(kept, 450);
  ASSERT_TRUE(has_all(*store));
  EXPECT_GT(bases(), 2u);
  EXPECT_EQ(accounts_in_replica(), 450u);
}

}  // namespace
}  // namespace linebook
