#include "store/postgres/commit_markers.h"

#include <fmt/format.h>

#include <random>
#include <thread>
#include <vector>

namespace linebook::postgres {
namespace {

constexpr Statement insert_commit_marker{
    "insert_commit_marker",
    "INSERT INTO commit_markers (account_id, batch, state, looked_up) VALUES ($1, $2, 'committed', 0)"};
constexpr Statement remove_commit_marker{"remove_commit_marker",
                                         "DELETE FROM commit_markers WHERE account_id = $1 AND batch = $2"};
// Changes the row in either case: once this is committed, so is (on every synchronous replica) what it tells.
constexpr Statement look_up_commit_marker{
    "look_up_commit_marker",
    "INSERT INTO commit_markers AS m (account_id, batch, state, looked_up) VALUES ($1, $2, 'void', 1)"
    " ON CONFLICT (account_id, batch) DO UPDATE SET looked_up = m.looked_up + 1"
    " RETURNING m.state = 'committed'"};
// Nobody asks for as long as a day.
constexpr Statement forget_commit_markers{
    "forget_commit_markers",
    "DELETE FROM commit_markers m USING (SELECT account_id, batch FROM commit_markers"
    " WHERE created_at < now() - interval '1 day' LIMIT 1000) old"
    " WHERE m.account_id = old.account_id AND m.batch = old.batch"};

constexpr Statement citus_is_here{"citus_is_here",
                                  "SELECT count(*) FROM pg_catalog.pg_extension WHERE extname = 'citus'"};
// What the coordinator has decided and its workers may not have done yet.
constexpr Statement unsettled_parts{"unsettled_parts", "SELECT gid FROM pg_catalog.pg_dist_transaction"};
constexpr Statement count_unsettled_parts{
    "count_unsettled_parts", "SELECT count(*) FROM pg_catalog.pg_dist_transaction WHERE gid = ANY($1)"};

constexpr std::chrono::milliseconds between_looks{100};

std::string random_name() {
  std::random_device random;
  std::string name;
  for (int i = 0; i < 4; ++i) name += fmt::format("{:08x}", random());
  return name;
}

}  // namespace

CommitMarkers::CommitMarkers() : maker_(random_name()) {}

CommitMarker CommitMarkers::mark(Connection& db, AccountId account) {
  if (settled_) db.queue(remove_commit_marker, settled_->account, settled_->batch);
  CommitMarker marker{account, fmt::format("{}-{}", maker_, ++made_)};
  db.queue(insert_commit_marker, marker.account, marker.batch);
  return marker;
}

bool CommitMarkers::was_committed(Connection& db, CommitMarker const& marker) {
  auto const rows = db.run(look_up_commit_marker, marker.account, marker.batch);
  return rows[0].get<bool>(0);
}

bool CommitMarkers::all_is_settled(Connection& db, std::function<bool()> const& looks_on) {
  if (db.run(citus_is_here).number() == 0) return true;
  auto const rows = db.run(unsettled_parts);
  auto const parts = rows.all([](Row const& row) { return row.get<std::string_view>(0); });
  while (db.run(count_unsettled_parts, parts).number() > 0) {
    if (!looks_on()) return false;
    std::this_thread::sleep_for(between_looks);
  }
  return true;
}

void CommitMarkers::forget_old(Connection& db) { db.run(forget_commit_markers); }

}  // namespace linebook::postgres
