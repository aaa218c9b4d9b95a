// Recorded lives of a store, each over what was left of the one before, and what a start finds after each of
// their commits.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crash/recovery.h"
#include "crash/volatile_disk.h"
#include "crash/workload.h"

namespace linebook::crash {

inline constexpr std::size_t lives_a_seed = 4;
inline constexpr std::size_t commits_a_life = 60;

/// A life and what a start finds after each of its commits.
struct Story {
  Life life;
  std::vector<FileImage> databases;  // one for each of life.books
  std::vector<FileImage> inherited =
      {};  // what may be found until the store is open: acknowledged by the life before
};

Story told(Life, Recovery&);

/// Which of the commits the disk holds; nothing where it is none of them.
std::optional<std::size_t> commit_found(Story const&, FileImage const& database, std::size_t likely);

/// Several lives in a row, each but the first over what a crash or an orderly end has left of the one before.
std::vector<Story> lives_of(std::uint64_t seed, Recovery&, std::optional<ReplicaOptions> const& = {});

}  // namespace linebook::crash
