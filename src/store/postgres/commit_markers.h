// Whether a batch was committed whose answer was lost. Each batch inserts a marker in its own transaction;
// inserting the same marker again waits while that transaction is still open, and then tells for certain what
// became of it: it is there, or it never will be.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "store/postgres/connection.h"

namespace linebook::postgres {

/// The account is one that the batch changes, so that its marker lies beside its rows.
struct CommitMarker {
  AccountId account;
  std::string batch;
};

class CommitMarkers {
 public:
  /// Markers are told apart by who makes them.
  CommitMarkers();

  /// Puts a fresh marker into the transaction under way, and takes out the one before, which nobody will ask
  /// for any more.
  CommitMarker mark(Connection&, AccountId);
  /// The marked batch is committed, and its answer was there.
  void settle(CommitMarker marker) { settled_ = std::move(marker); }

  /// Waits while the batch's transaction is open. From then on the answer stays what it is. Throws what the
  /// connection throws; asking again is safe.
  static bool was_committed(Connection&, CommitMarker const&);
  /// After that: waits until every worker of Citus shows what is committed, which one that went away amid it
  /// does only when it has come back. False where `looks_on` ended first; true at once without Citus.
  static bool all_is_settled(Connection&, std::function<bool()> const& looks_on);

  /// Forgets what nobody will ask for any more, a bounded number at a time.
  static void forget_old(Connection&);

 private:
  std::string const maker_;
  std::uint64_t made_ = 0;
  std::optional<CommitMarker> settled_;
};

}  // namespace linebook::postgres
