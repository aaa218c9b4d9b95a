// Power cuts of both disks, the books' and the replica's. From every beginning of a recorded run, disks are
// made as a power cut could have left them; then the replica alone must come to what was acknowledged, and a
// start over both disks must go on from there.
//
//   LINEBOOK_REPLICA_CRASH_STATES=1000000   how many states are checked; LINEBOOK_CRASH_SEED as in
//   crash_test.cc
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "app/ports/blocking.h"
#include "crash/recorded_replica.h"
#include "crash/stories.h"
#include "store/sqlite/replica/replica_restore.h"

namespace linebook::crash {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t default_replica_states = 400;
#elif defined(__has_feature)
constexpr std::size_t default_replica_states =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ? 400 : 1500;
#else
constexpr std::size_t default_replica_states = 1500;
#endif

constexpr std::size_t states_a_start = 40;

std::size_t states_wanted() {
  auto const* const text = std::getenv("LINEBOOK_REPLICA_CRASH_STATES");
  return text == nullptr ? default_replica_states : std::strtoull(text, nullptr, 10);
}
std::uint64_t seed_wanted() {
  auto const* const text = std::getenv("LINEBOOK_CRASH_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

ReplicaOptions small_replica(bool is_sync, std::uint64_t log_bytes_a_base) {
  ReplicaOptions options;
  options.is_sync = is_sync;
  options.segment_bytes = 300'000;
  options.log_bytes_a_base = log_bytes_a_base;
  return options;
}

struct Restored {
  FileImage database = {};
  std::string fault = {};  // why there is none
};

class ReplicaAlone {
 public:
  explicit ReplicaAlone(Recovery& recovery) : recovery_(recovery) {}

  Restored restore(DiskImage const& disk, std::optional<Instant> at = {}) {
    vfs_.load(disk);
    RecordedReplica files(vfs_);
    auto const moment = find_replica_moment(files, at);
    if (!moment) return {.fault = moment.error().message};
    Restored restored;
    auto const size = replay_replica(
        files, *moment,
        [&](std::uint64_t where, std::string_view bytes) { restored.database.write(where, bytes); }, {});
    if (!size) return {.fault = size.error().message};
    restored.database.truncate(*size);
    return restored;
  }

  /// What is wrong with a start over both disks, empty where nothing is: it is not refused, and afterwards
  /// the replica has what the database has.
  std::string faults_of_start(DiskImage const& disk, bool is_sync) {
    vfs_.load(disk);
    auto options = store_options(vfs_);
    options.replica = with_files(small_replica(is_sync, 1u << 30), vfs_,
                                 [] { return Instant::from_seconds(1'750'000'000); });
    auto store = SqliteStore::open(database, std::move(options));
    if (!store) return store.error().message;
    if (!is_sync) return {};
    store->reset();
    auto const after = vfs_.disk();
    auto const alone = restore(after);
    if (!alone.fault.empty()) return "after a start: " + alone.fault;
    return alone.database == recovery_.database_after(after)
               ? ""
               : "after a start the replica has another database";
  }

 private:
  fakes::RecordingVfs vfs_{"replica_alone"};
  Recovery& recovery_;
};

/// States of every life, spread evenly; each is handed over with what was acknowledged until then.
template <class Check>
void each_state(std::vector<Story> const& stories, std::uint64_t seed, std::size_t states, Check check) {
  std::size_t cuts = 0;
  for (auto const& story : stories) cuts += story.life.log.size() + 1;
  auto const rounds = std::max<std::size_t>(3, states / cuts);
  auto const stride = std::max<std::size_t>(1, cuts * rounds / states);
  for (std::size_t life = 0; life < stories.size(); ++life) {
    auto const& log = stories[life].life.log;
    VolatileDisk disk(stories[life].life.disk);
    std::optional<std::size_t> acknowledged;
    for (std::size_t cut = 0; cut <= log.size(); ++cut) {
      if (cut % stride == 0)
        for (std::size_t round = 0; round < (disk.has_unsynced() ? rounds : 1); ++round) {
          Random random(((seed * 31 + life) * 1'000'003 + cut) * 1'000'003 + round);
          auto const image = round == 0   ? disk.with_everything()
                             : round == 1 ? disk.without_unsynced()
                                          : disk.after_power_cut(random);
          check(life, acknowledged, image,
                fmt::format("life {} cut {} round {} of seed {}", life, cut, round, seed));
          if (testing::Test::HasFailure()) return;
        }
      if (cut == log.size()) break;
      disk.apply(log[cut]);
      if (log[cut].kind == DiskOperation::Kind::note) acknowledged = log[cut].at;
    }
  }
}

/// What is wrong with what came out of the replica alone.
std::string fault_of(std::vector<Story> const& stories, std::size_t life,
                     std::optional<std::size_t> acknowledged, Restored const& restored) {
  auto const& story = stories[life];
  if (!acknowledged) {
    if (life == 0) return {};  // nothing was promised
    if (!restored.fault.empty()) return restored.fault;
    if (restored.database == story.databases[0] ||
        std::ranges::find(story.inherited, restored.database) != story.inherited.end())
      return {};
    return "before the store is open the replica has neither what it had nor what it gets";
  }
  if (!restored.fault.empty()) return restored.fault;
  auto const commit = commit_found(story, restored.database, *acknowledged);
  if (!commit) return "the replica has no commit's state";
  if (*commit < *acknowledged)
    return fmt::format("commit {} was acknowledged, the replica has {}", *acknowledged, *commit);
  if (*commit > *acknowledged + 1) return fmt::format("commit {} is there after {}", *commit, *acknowledged);
  return {};
}

void check_sync(std::uint64_t seed, std::uint64_t log_bytes_a_base, std::size_t states) {
  Recovery recovery;
  ReplicaAlone alone(recovery);
  auto const stories = lives_of(seed, recovery, small_replica(true, log_bytes_a_base));
  std::size_t checked = 0;
  each_state(stories, seed, states,
             [&](auto life, auto acknowledged, DiskImage const& image, std::string const& name) {
               ++checked;
               EXPECT_EQ(fault_of(stories, life, acknowledged, alone.restore(image)), "") << name;
               if (checked % states_a_start == 0 && (life > 0 || acknowledged)) {
                 EXPECT_EQ(alone.faults_of_start(image, checked % (3 * states_a_start) != 0), "") << name;
               }
             });
  fmt::print("seed {}: {} states of two disks\n", seed, checked);
}

TEST(ReplicaCrashTest, TheReplicaAloneKeepsWhatWasAcknowledged) {
  check_sync(seed_wanted(), 1u << 30, states_wanted());
}

/// Not the same in every run: bases are copied beside the commits.
TEST(ReplicaCrashTest, AlsoWhileBasesAreCopied) {
  check_sync(seed_wanted() + 1, 150'000, states_wanted() / 3);
}

TEST(ReplicaCrashTest, NotSyncItIsBehindAndWhole) {
  Recovery recovery;
  ReplicaAlone alone(recovery);
  auto const seed = seed_wanted() + 2;
  auto const stories = lives_of(seed, recovery, small_replica(false, 150'000));
  std::size_t restored = 0;
  each_state(stories, seed, states_wanted() / 3,
             [&](auto life, auto, DiskImage const& image, std::string const& name) {
               auto const found = alone.restore(image);
               if (!found.fault.empty()) {
                 EXPECT_NE(found.fault.find("no whole replica"), std::string::npos)
                     << found.fault << " " << name;
                 return;
               }
               ++restored;
               for (std::size_t l = 0; l <= life; ++l)
                 if (commit_found(stories[l], found.database, 0)) return;
               ADD_FAILURE() << "the replica has no commit's state: " << name;
             });
  EXPECT_GT(restored, 0u);
}

TEST(ReplicaCrashTest, EveryMomentComesBack) {
  Recovery recovery;
  ReplicaAlone alone(recovery);
  auto const stories = lives_of(seed_wanted(), recovery, small_replica(true, 1u << 30));
  for (auto const& story : stories) {
    VolatileDisk disk(story.life.disk);
    for (auto const& operation : story.life.log) disk.apply(operation);
    auto const image = disk.with_everything();
    for (std::size_t commit = 0; commit < story.databases.size(); ++commit) {
      auto const restored = alone.restore(image, story.life.times[commit]);
      ASSERT_EQ(restored.fault, "") << "commit " << commit;
      ASSERT_EQ(commit_found(story, restored.database, commit), commit);
    }
  }
}

/// That the test would find what it looks for: as if the replica's disk said that it had synced, and had not.
TEST(ReplicaCrashTest, WithoutItsSyncsAcknowledgedJobsAreMissed) {
  Recovery recovery;
  ReplicaAlone alone(recovery);
  std::vector<Story> stories = lives_of(seed_wanted(), recovery, small_replica(true, 1u << 30));
  stories.resize(1);
  std::erase_if(stories[0].life.log, [](DiskOperation const& operation) {
    return operation.kind == DiskOperation::Kind::sync && operation.file.ends_with(".log");
  });
  std::size_t faults = 0;
  each_state(stories, seed_wanted(), 500,
             [&](auto life, auto acknowledged, DiskImage const& image, auto const&) {
               faults += fault_of(stories, life, acknowledged, alone.restore(image)).empty() ? 0 : 1;
             });
  EXPECT_GT(faults, 0u);
}

}  // namespace
}  // namespace linebook::crash
