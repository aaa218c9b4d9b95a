// Runs write jobs in one transaction and knows for certain what became of it: committed once, or not at all,
// also where the connection breaks in between.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "app/ports/store.h"
#include "store/postgres/batch.h"
#include "store/postgres/commit_markers.h"
#include "store/postgres/link.h"
#include "store/search/digit_indexes.h"

namespace linebook::postgres {

class Committer {
 public:
  Committer(Endpoint const&, DigitIndexes&);

  /// Asked while the database is away: whether to wait for it any longer.
  struct Patience {
    std::function<bool()> for_database;
    std::function<bool()> for_outcome;  // of a commit whose answer was lost
  };

  enum class Ending {
    committed,
    job_threw,      // `thrown`; nothing is changed, as in all that follow
    conflict,       // another transaction was first, or the jobs stood in each other's way: run them again
    constraint,     // likewise, unless the use case did not check
    took_too_long,  // a statement
    refused,        // the server said no for good
    no_resources,   // the server's
    part_away,      // a worker of Citus that some job's account is on
    away,           // the database
    unknown,        // committed or not: the answer was lost, and nobody could be asked
  };
  struct Outcome {
    Ending ending = Ending::committed;
    std::string detail = {};
    std::exception_ptr thrown = {};
    std::int64_t ledger_entries = 0;
    std::int64_t decisions = 0;
    KeyChanges key_changes = {};
    std::vector<AccountId> grown_ledgers = {};
  };

  Outcome run(std::span<std::unique_ptr<WriteJob> const>, Patience const&);

 private:
  struct Attempt;
  void try_once(Connection&, std::span<std::unique_ptr<WriteJob> const>, Attempt&, Outcome&);
  void run_jobs(Connection&, std::span<std::unique_ptr<WriteJob> const>, Attempt&);
  void commit(Connection&, Attempt&, Outcome&);
  static void count(BookChanges const&, Outcome&);
  enum class Found { committed, never, nobody_knows };
  Found look_up(CommitMarker const&, std::function<bool()> const& looks_on);

  PostgresCounters& counters_;
  DigitIndexes& indexes_;
  Link link_;
  IdleFibers fibers_;
  CommitMarkers markers_;
};

}  // namespace linebook::postgres
