// What a server does all day, over files in memory: jobs of the real use cases on a real store, in groups
// that are committed together, with checkpoints in between. The same in every run of the same seed, byte for
// byte.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "crash/books.h"
#include "fakes/counting_ids.h"
#include "fakes/fixed_clock.h"
#include "fakes/plain_secrets.h"
#include "fakes/random.h"
#include "fakes/recording_vfs.h"
#include "store/sqlite/sqlite_store.h"

namespace linebook::crash {

inline std::string const database = "linebook.db";

/// One process over the store, from its start until it is stopped.
struct Life {
  fakes::DiskImage disk;     // at its start
  fakes::DiskLog log;        // note n: the jobs of books[n] are acknowledged; note 0: the store is open
  std::vector<Books> books;  // after each commit; the first are those it found
  std::vector<Instant> times = {};  // of each commit
};

/// The options of a store over such files.
SqliteStoreOptions store_options(fakes::RecordingVfs const&);

class Workload {
 public:
  explicit Workload(std::uint64_t seed, std::optional<ReplicaOptions> replica = {})
      : random_(seed), seed_(seed), replica_(std::move(replica)) {}

  /// Opens the store over `disk`, where `books` are, and commits that often.
  Life live(fakes::DiskImage disk, Books books, std::size_t commits);

 private:
  struct Job;
  struct Gate;
  struct Snapshot;
  using Acknowledged = std::function<void(Books&)>;  // what a job has made of the books

  void run_batch(Store&, fakes::RecordingVfs&, std::unique_ptr<Snapshot>&, Life&);
  Acknowledged run_job(Transaction&, std::uint64_t job_seed);
  Acknowledged create_account(Transaction&);

  fakes::Random random_;
  std::uint64_t const seed_;
  std::optional<ReplicaOptions> const replica_;  // without a directory and a clock
  fakes::CountingIds ids_;
  fakes::PlainSecrets secrets_;
  fakes::FixedClock clock_{Instant::from_seconds(1'740'000'000)};
  std::uint64_t lives_ = 0;
  std::uint64_t jobs_ = 0;
};

}  // namespace linebook::crash
