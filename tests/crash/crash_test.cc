// Power cuts. A run of the real store is recorded, write for write; from every beginning of the record, disks
// are made as a power cut could have left them, and each is opened and held against what was acknowledged
// until then.
//
//   LINEBOOK_CRASH_STATES=1000000   how many states are checked; 100,000 to a seed
//   LINEBOOK_CRASH_SEED=7           the first seed
//   LINEBOOK_CRASH_STATE=2:1234:5   only this state of that seed, as a failure names it: life, cut, round
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crash/recovery.h"
#include "crash/stories.h"
#include "crash/volatile_disk.h"
#include "crash/workload.h"

namespace linebook::crash {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
constexpr bool is_sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool is_sanitized = false;
#endif

constexpr std::size_t states_a_seed = 100'000;
constexpr std::size_t default_states = is_sanitized ? 5'000 : states_a_seed;
// The bare look at a state is complete, since it compares bytes; these look at some states in other ways.
constexpr std::size_t states_a_look_at_tables = 200;
constexpr std::size_t states_a_look_at_store = 1000;
constexpr std::size_t states_a_working_store = 2000;

std::size_t number_from(char const* variable, std::size_t otherwise) {
  auto const* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// One state of the disk: after `cut` operations of a life. Round 0 is a killed process, where everything
/// written is there; round 1 is a power cut that keeps nothing unsynced; the others keep some of it, each
/// something else.
struct State {
  std::size_t life, cut, round;

  std::string name() const { return fmt::format("{}:{}:{}", life, cut, round); }
};

std::optional<State> wanted_state() {
  auto const* const text = std::getenv("LINEBOOK_CRASH_STATE");
  State state{};
  if (text == nullptr || std::sscanf(text, "%zu:%zu:%zu", &state.life, &state.cut, &state.round) != 3)
    return {};
  return state;
}

DiskImage disk_at(VolatileDisk const& disk, std::uint64_t seed, State const& state) {
  if (state.round == 0) return disk.with_everything();
  if (state.round == 1) return disk.without_unsynced();
  Random random(((seed * 31 + state.life) * 1'000'003 + state.cut) * 1'000'003 + state.round);
  return disk.after_power_cut(random);
}

class Campaign {
 public:
  struct Findings {
    std::size_t states = 0;
    std::size_t ahead = 0;    // states with a commit that was not acknowledged yet
    std::size_t lost = 0;     // states without something acknowledged
    std::size_t damaged = 0;  // states that are none of a commit's
    std::vector<std::string> failures = {};
  };

  static constexpr std::size_t first_failures = 3;

  /// Stops after so many failures.
  Campaign(std::uint64_t seed, std::vector<Story> const& stories, Recovery& recovery,
           std::size_t most_failures = first_failures)
      : seed_(seed), stories_(stories), recovery_(recovery), most_failures_(most_failures) {}

  /// About that many states, spread evenly.
  Findings run(std::size_t states) {
    std::size_t cuts = 0;
    std::size_t open_cuts = 0;  // where something is not synced
    each_cut([&](State const&, VolatileDisk const& disk, auto) {
      ++cuts;
      open_cuts += disk.has_unsynced() ? 1 : 0;
    });
    constexpr std::size_t least_rounds = 4;
    auto const rounds = std::max(least_rounds, states > cuts ? 1 + (states - cuts) / open_cuts + 1 : 1);
    auto const stride = std::max<std::size_t>(1, (cuts + (rounds - 1) * open_cuts) / states);
    each_cut([&](State state, VolatileDisk const& disk, auto acknowledged) {
      if (state.cut % stride != 0 || is_over()) return;
      auto const here = disk.has_unsynced() ? rounds : 1;
      for (state.round = 0; state.round < here && !is_over(); ++state.round) check(state, disk, acknowledged);
    });
    return findings_;
  }

  Findings run_alone(State const& wanted) {
    each_cut([&](State state, VolatileDisk const& disk, auto acknowledged) {
      if (state.life != wanted.life || state.cut != wanted.cut) return;
      looks_at_everything_ = true;
      check(wanted, disk, acknowledged);
    });
    return findings_;
  }

 private:
  bool is_over() const { return findings_.failures.size() >= most_failures_; }

  /// Calls with every beginning of every life's log, and the last commit acknowledged by then.
  template <class Visit>
  void each_cut(Visit visit) {
    for (std::size_t life = 0; life < stories_.size(); ++life) {
      auto const& log = stories_[life].life.log;
      VolatileDisk disk(stories_[life].life.disk);
      std::optional<std::size_t> acknowledged;
      for (std::size_t cut = 0; cut <= log.size(); ++cut) {
        visit(State{life, cut, 0}, std::as_const(disk), acknowledged);
        if (cut == log.size()) break;
        disk.apply(log[cut]);
        if (log[cut].kind == DiskOperation::Kind::note) acknowledged = log[cut].at;
      }
    }
  }

  void check(State const& state, VolatileDisk const& disk, std::optional<std::size_t> acknowledged) {
    ++findings_.states;
    auto const fault = fault_of(state, disk_at(disk, seed_, state), acknowledged);
    if (!fault.empty())
      findings_.failures.push_back(fmt::format("{}\n  alone: LINEBOOK_CRASH_SEED={} LINEBOOK_CRASH_STATE={}",
                                               fault, seed_, state.name()));
  }

  std::string fault_of(State const& state, DiskImage const& disk, std::optional<std::size_t> acknowledged) {
    if (state.life == 0 && !acknowledged) return faults_at_first_start(disk);
    auto const& story = stories_[state.life];
    auto const least = acknowledged.value_or(0);
    std::optional<std::size_t> commit;
    try {
      commit = commit_found(story, recovery_.database_after(disk), least);
    } catch (std::runtime_error const& error) {
      ++findings_.damaged;
      return error.what();
    }
    if (!commit) {
      ++findings_.damaged;
      auto const faults = recovery_.faults_in_tables(disk);
      return "the disk holds no commit's state; " + (faults.empty() ? "its tables are in order" : faults);
    }
    if (*commit < least) {
      ++findings_.lost;
      return fmt::format("commit {} was acknowledged, the disk holds {}: {}", least, *commit,
                         difference_of(story.life.books[least], story.life.books[*commit]));
    }
    findings_.ahead += *commit > least ? 1 : 0;
    if (*commit > least + 1) return fmt::format("commit {} is there after {}", *commit, least);
    return faults_seen_otherwise(state, disk, *commit);
  }

  /// Killed before the store was open for the first time: whatever is there, a start makes a store of it.
  std::string faults_at_first_start(DiskImage const& disk) {
    try {
      auto database = recovery_.database_after(disk);
      if (std::ranges::find(beginnings_, database) != beginnings_.end()) return {};
      beginnings_.push_back(std::move(database));
    } catch (std::runtime_error const& error) {
      ++findings_.damaged;
      return error.what();
    }
    return recovery_.faults_at_work(disk);
  }

  std::string faults_seen_otherwise(State const& state, DiskImage const& disk, std::size_t commit) {
    auto const turn = findings_.states;
    auto const is_due = [&](std::size_t states) { return looks_at_everything_ || turn % states == 0; };
    if (is_due(states_a_look_at_tables))
      if (auto faults = recovery_.faults_in_tables(disk); !faults.empty()) return faults;
    // A crash that leaves a commit, the first one met, stands for all that do.
    auto const is_first = looked_at_.insert({state.life, commit}).second;
    if (is_first || is_due(states_a_look_at_store))
      if (auto faults = recovery_.faults_in_store(disk, stories_[state.life].life.books[commit]);
          !faults.empty())
        return faults;
    if (is_due(states_a_working_store)) return recovery_.faults_at_work(disk);
    return {};
  }

  std::uint64_t const seed_;
  std::vector<Story> const& stories_;
  Recovery& recovery_;
  std::size_t const most_failures_;
  Findings findings_;
  bool looks_at_everything_ = false;
  std::vector<FileImage> beginnings_;                        // databases of which a store was made
  std::set<std::pair<std::size_t, std::size_t>> looked_at_;  // lives and commits
};

// -- That the test would find what it looks for -------------------------------------------------------------

Campaign::Findings findings_in(Story story, Recovery& recovery) {
  std::vector<Story> const stories{std::move(story)};
  return Campaign(1, stories, recovery, SIZE_MAX).run(2000);
}

Story first_life(Recovery& recovery) { return told(Workload(1).live({}, {}, commits_a_life), recovery); }

/// As if the disk said that it had synced the file, and had not.
Story without_syncs_of(std::string const& file, Story story) {
  std::erase_if(story.life.log, [&](DiskOperation const& operation) {
    return operation.kind == DiskOperation::Kind::sync && operation.file == file;
  });
  return story;
}

TEST(CrashTest, WithoutSyncsOfTheLogAcknowledgedJobsAreMissed) {
  Recovery recovery;
  auto const findings = findings_in(without_syncs_of(database + "-wal", first_life(recovery)), recovery);
  EXPECT_GT(findings.lost, 0u);
}

TEST(CrashTest, WithoutSyncsOfTheDatabaseItsDamageIsFound) {
  Recovery recovery;
  auto const findings = findings_in(without_syncs_of(database, first_life(recovery)), recovery);
  EXPECT_GT(findings.damaged, 0u);
}

TEST(CrashTest, AnAcknowledgementBeforeTheSyncIsFound) {
  Recovery recovery;
  auto story = first_life(recovery);
  auto& log = story.life.log;
  for (std::size_t i = 1; i < log.size(); ++i)
    if (log[i].kind == DiskOperation::Kind::note && log[i - 1].kind == DiskOperation::Kind::sync)
      std::swap(log[i], log[i - 1]);
  EXPECT_GT(findings_in(std::move(story), recovery).lost, 0u);
}

TEST(CrashTest, HalfACommitIsFound) {
  Recovery recovery;
  auto story = first_life(recovery);
  // A commit that would be two: the first half of it is a state that no acknowledgement answers to.
  story.databases.erase(story.databases.begin() + 20);
  EXPECT_GT(findings_in(std::move(story), recovery).damaged, 0u);
}

// -- The test
// ------------------------------------------------------------------------------------------------

TEST(CrashTest, ARunIsTheSameEveryTime) {
  Recovery recovery;
  auto const first = lives_of(1, recovery);
  auto const second = lives_of(1, recovery);
  for (std::size_t life = 0; life < lives_a_seed; ++life) {
    auto const& one = first[life].life.log;
    auto const& other = second[life].life.log;
    EXPECT_EQ(first[life].life.disk, second[life].life.disk) << "life " << life;
    auto const [at, ignored] = std::ranges::mismatch(one, other);
    EXPECT_TRUE(at == one.end() && ignored == other.end())
        << "life " << life << " of " << one.size() << ": operation " << at - one.begin() << " is another";
  }
}

TEST(CrashTest, EveryStateKeepsWhatWasAcknowledged) {
  auto const wanted = wanted_state();
  auto const states = number_from("LINEBOOK_CRASH_STATES", default_states);
  auto const first_seed = number_from("LINEBOOK_CRASH_SEED", 1);
  std::size_t checked = 0;
  for (auto seed = first_seed; checked < states; ++seed) {
    Recovery recovery;
    auto const stories = lives_of(seed, recovery);
    Campaign campaign(seed, stories, recovery);
    auto const findings =
        wanted ? campaign.run_alone(*wanted) : campaign.run(std::min(states - checked, states_a_seed));
    checked += findings.states;
    for (auto const& failure : findings.failures) ADD_FAILURE() << failure;
    if (wanted || HasFailure()) break;
    std::size_t operations = 0;
    for (auto const& story : stories) operations += story.life.log.size();
    fmt::print(
        "seed {}: {} operations of the disk, {} states, {} of them with a commit not yet acknowledged\n",
        seed, operations, findings.states, findings.ahead);
  }
  RecordProperty("states", static_cast<int>(checked));
}

}  // namespace
}  // namespace linebook::crash
