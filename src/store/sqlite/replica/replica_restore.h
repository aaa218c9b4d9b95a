// A database out of a replica, as of a moment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "app/ports/backup.h"
#include "base/instant.h"
#include "base/result.h"
#include "store/sqlite/replica/replica_directory.h"

namespace linebook {

struct ReplicaMoment {
  std::uint64_t generation = 0;
  std::uint64_t base = 0;      // position that names the base
  std::uint64_t position = 0;  // of the last commit that is in it
  Instant time;                // of that commit
  std::uint64_t bytes = 0;     // that are read for it
};

/// The last moment that the replica has, or the last up to `at`. Reads what it needs. not_found where there
/// is none; conflict where the replica is damaged so that later commits than it could tell are lost.
Result<ReplicaMoment> find_replica_moment(sqlite::ReplicaDirectory&, std::optional<Instant> at);

/// Writes all that makes up the database, some of it more than once; tells how large it is.
Result<std::uint64_t> replay_replica(sqlite::ReplicaDirectory&, ReplicaMoment const&,
                                     std::function<void(std::uint64_t at, std::string_view)> const& write,
                                     CopyProgress const&);

/// Writes the database into the new file `file`, durable on return.
Result<void> rebuild_from_replica(sqlite::ReplicaDirectory&, ReplicaMoment const&,
                                  std::filesystem::path const& file, CopyProgress const&);

}  // namespace linebook
