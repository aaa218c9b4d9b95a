#include "store/postgres/upkeep.h"

#include "store/postgres/commit_markers.h"
#include "store/postgres/statistics.h"

namespace linebook::postgres {

Upkeep::Upkeep(Endpoint const& endpoint)
    : link_(endpoint, reading_bounds),
      next_statistics_(Clock::now() + statistics_interval),
      next_tidying_(Clock::now() + tidying_interval),
      rounds_(statistics_interval, [this] {
        try {
          turn();
        } catch (std::exception const&) {
          link_.drop();  // the watch tells of a database that is away
        }
      }) {}

void Upkeep::turn() {
  auto& db = link_.open();
  auto const now = Clock::now();
  if (now >= next_tidying_) {
    next_tidying_ = now + tidying_interval;
    CommitMarkers::forget_old(db);
  }
  if (now >= next_statistics_) next_statistics_ = now + look_at_statistics(db);
}

/// How long until the next look. Where the server refuses it is well all the same, and left to its
/// autovacuum.
std::chrono::seconds Upkeep::look_at_statistics(Connection& db) {
  try {
    refresh_statistics(db);
    return statistics_interval;
  } catch (StatementRefused const&) {
    return tidying_interval;
  }
}

}  // namespace linebook::postgres
