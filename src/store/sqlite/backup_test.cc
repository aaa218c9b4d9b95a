#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "app/ports/blocking.h"
#include "fakes/fixed_clock.h"
#include "fakes/temporary_directory.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/restores.h"
#include "store/sqlite/sqlite_store.h"

namespace linebook {
namespace {

using testing::HasSubstr;

using fakes::noon;

class BackupTest : public testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open(std::string const& file) {
    auto store = SqliteStore::open(file, {.log = [](std::string_view) {}, .vfs = {}});
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }
  static Result<void> add_account(Store& store, std::string const& name, std::size_t bulk = 10) {
    return write_and_wait(store, [&](Transaction& tx) -> Result<void> {
      tx.accounts().insert(
          {.id = {}, .name = name, .wrapped_data_key = std::string(bulk, 'k'), .created_at = noon});
      return {};
    });
  }
  static std::size_t accounts(Store& store) {
    return read_and_wait(
               store,
               [](Transaction const& tx) -> Result<std::size_t> { return tx.accounts().list().size(); })
        .value();
  }

  fakes::TemporaryDirectory directory;
  std::string const path = directory.file("linebook.db");
  std::string const copy = directory.file("copy?of%all#.db");
};

TEST_F(BackupTest, CopiesOneStateBesideWritesAndComesBack) {
  auto store = open(path);
  ASSERT_TRUE(store->claim_for_master_key("fingerprint"));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(add_account(*store, "before " + std::to_string(i), 400'000));
  std::atomic<bool> over{false};
  std::thread writer([&] {
    for (int i = 0; !over; ++i) ASSERT_TRUE(add_account(*store, "meanwhile " + std::to_string(i)));
  });
  std::vector<std::pair<std::uint64_t, std::uint64_t>> progress;
  auto const done = store->copy_to(
      copy, [&](std::uint64_t bytes, std::uint64_t total) { progress.emplace_back(bytes, total); });
  over = true;
  writer.join();
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_GT(progress.size(), 1u);
  EXPECT_EQ(progress.back().first, progress.back().second);
  EXPECT_EQ(progress.back().second, std::filesystem::file_size(copy));
  EXPECT_FALSE(std::filesystem::exists(copy + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(copy + ".partial"));

  auto const again = store->copy_to(copy, {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::already_exists);
  store.reset();

  SqliteRestores restores(path);
  auto const contents = restores.inspect(copy);
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->master_key_fingerprint, "fingerprint");
  auto const kept = restores.put_in_place(copy, ExistingDatabase::keep);
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, ErrorCode::already_exists);
  ASSERT_TRUE(restores.put_in_place(copy, ExistingDatabase::replace));
  auto restored = open(path);
  EXPECT_GE(accounts(*restored), 50u);
  EXPECT_TRUE(add_account(*restored, "after"));
}

TEST_F(BackupTest, ALogOfTheReplacedDatabaseIsNotTakenForTheNewOnes) {
  {
    auto store = open(path);
    ASSERT_TRUE(add_account(*store, "old"));
    ASSERT_TRUE(store->copy_to(copy, {}));
    ASSERT_TRUE(add_account(*store, "newer"));
    // As a killed process leaves it: the log still beside the database.
    std::filesystem::copy_file(path + "-wal", path + ".kept-wal");
    std::filesystem::copy_file(path, path + ".kept");
  }
  std::filesystem::rename(path + ".kept", path);
  std::filesystem::rename(path + ".kept-wal", path + "-wal");
  ASSERT_TRUE(SqliteRestores(path).put_in_place(copy, ExistingDatabase::replace));
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
  EXPECT_EQ(accounts(*open(path)), 1u);
}

TEST_F(BackupTest, ALogThatCannotBeFoldedInIsKept) {
  auto store = open(path);
  ASSERT_TRUE(add_account(*store, "old"));
  ASSERT_TRUE(store->copy_to(copy, {}));
  {
    sqlite::Connection reader(path, sqlite::Access::read_only);
    reader.execute("BEGIN; SELECT count(*) FROM accounts");
    ASSERT_TRUE(add_account(*store, "newer"));
    auto const log_bytes = std::filesystem::file_size(path + "-wal");
    ASSERT_GT(log_bytes, 0u);
    auto const refused = SqliteRestores(path).put_in_place(copy, ExistingDatabase::replace);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("another process is using"));
    EXPECT_EQ(std::filesystem::file_size(path + "-wal"), log_bytes);
    EXPECT_TRUE(std::filesystem::exists(copy));
  }
  EXPECT_EQ(accounts(*store), 2u);
}

TEST_F(BackupTest, TakesThePlaceOfWhatIsNoDatabase) {
  auto const other = directory.file("other.db");
  {
    auto store = open(other);
    ASSERT_TRUE(add_account(*store, "home"));
    ASSERT_TRUE(store->copy_to(copy, {}));
  }
  std::ofstream(path) << std::string(10'000, 'x');
  std::ofstream(path + "-wal") << "left behind";
  ASSERT_TRUE(SqliteRestores(path).put_in_place(copy, ExistingDatabase::replace));
  EXPECT_EQ(accounts(*open(path)), 1u);
}

TEST_F(BackupTest, GivingUpLeavesNothing) {
  auto store = open(path);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(add_account(*store, std::to_string(i), 400'000));
  struct GivenUp {};
  EXPECT_THROW((void)store->copy_to(copy, [](std::uint64_t, std::uint64_t) { throw GivenUp{}; }), GivenUp);
  auto const failed =
      store->copy_to(copy, [](std::uint64_t, std::uint64_t) { throw std::runtime_error("no more"); });
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("no more"));
  for (auto const& file : std::filesystem::directory_iterator(directory.path()))
    EXPECT_TRUE(file.path().filename().string().starts_with("linebook.db")) << file.path();
  EXPECT_TRUE(store->copy_to(copy, {}));
}

TEST_F(BackupTest, InspectTellsWhatIsWrong) {
  {
    auto store = open(path);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(add_account(*store, std::to_string(i), 40'000));
    ASSERT_TRUE(store->copy_to(copy, {}));
  }
  SqliteRestores restores(path);
  ASSERT_TRUE(restores.inspect(copy));
  {
    std::fstream damage(copy, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(2 * 4096);
    damage << std::string(4 * 4096, '\xee');
  }
  auto const damaged = restores.inspect(copy);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::conflict);
  std::ofstream(directory.file("text")) << "no database at all, but some text of a length that matters";
  EXPECT_FALSE(restores.inspect(directory.file("text")));
  EXPECT_FALSE(restores.inspect(directory.file("missing")));
  std::ofstream(directory.file("empty")).flush();
  auto const empty = restores.inspect(directory.file("empty"));
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message, HasSubstr("empty"));
}

}  // namespace
}  // namespace linebook
