#include "store/postgres/committer.h"

#include <optional>
#include <utility>

#include "store/postgres/last_statements.h"
#include "store/postgres/open_books.h"

namespace linebook::postgres {
namespace {

constexpr Statement begin_batch{"begin_batch", "BEGIN ISOLATION LEVEL READ COMMITTED"};
constexpr Statement commit_batch{"commit_batch", "COMMIT"};

/// A job threw; the transaction goes no further.
struct JobThrew {
  std::exception_ptr thrown;
};

Committer::Ending ending_of(StatementRefused const& refusal) {
  using Why = StatementRefused::Why;
  using Ending = Committer::Ending;
  switch (refusal.why) {
    case Why::conflict:
      return Ending::conflict;
    case Why::constraint:
      return Ending::constraint;
    case Why::took_too_long:
      return Ending::took_too_long;
    case Why::no_resources:
      return Ending::no_resources;
    case Why::part_away:
      return Ending::part_away;
    case Why::bug:
      break;
  }
  return Ending::refused;
}

}  // namespace

struct Committer::Attempt {
  TracePlace trace = {};  // of one of the jobs: what all share is told with it
  BookChanges changes = {};
  std::optional<CommitMarker> marker = {};  // since the commit may be on its way
};

Committer::Committer(Endpoint const& endpoint, DigitIndexes& indexes)
    : counters_(endpoint.counters), indexes_(indexes), link_(endpoint, writing_bounds) {}

Committer::Outcome Committer::run(std::span<std::unique_ptr<WriteJob> const> jobs, Patience const& patience) {
  for (;;) {
    Outcome outcome;
    Attempt attempt;
    try {
      try_once(link_.open_while(patience.for_database), jobs, attempt, outcome);
      return outcome;
    } catch (ConnectionLost const& lost) {
      outcome.detail = lost.what();
    }
    link_.drop();
    if (attempt.marker) {
      counters_.commits_looked_up.fetch_add(1, std::memory_order_relaxed);
      auto const found = look_up(*attempt.marker, patience.for_outcome);
      if (found == Found::committed) {
        markers_.settle(*attempt.marker);
        count(attempt.changes, outcome);
        outcome.ending = Ending::committed;
        return outcome;
      }
      if (found == Found::nobody_knows) {
        outcome.ending = Ending::unknown;
        return outcome;
      }
    }
    if (!patience.for_database()) {
      outcome.ending = Ending::away;
      return outcome;
    }
    counters_.retries.fetch_add(1, std::memory_order_relaxed);
  }
}

/// Throws ConnectionLost.
void Committer::try_once(Connection& db, std::span<std::unique_ptr<WriteJob> const> jobs, Attempt& attempt,
                         Outcome& outcome) {
  try {
    run_jobs(db, jobs, attempt);
    commit(db, attempt, outcome);
    return;
  } catch (JobThrew const& job) {
    outcome.ending = Ending::job_threw;
    outcome.thrown = job.thrown;
  } catch (JobsInEachOthersWay const& knot) {
    outcome.ending = Ending::conflict;
    outcome.detail = knot.what();
  } catch (StatementRefused const& refusal) {  // rolled back already
    outcome.ending = ending_of(refusal);
    outcome.detail = refusal.what();
    return;
  }
  db.roll_back();
}

void Committer::run_jobs(Connection& db, std::span<std::unique_ptr<WriteJob> const> jobs, Attempt& attempt) {
  for (auto const& job : jobs)
    if (attempt.trace.recorder == nullptr) attempt.trace = job->trace.place();
  db.queue(begin_batch);
  Batch batch(db, fibers_, Session::Purpose::changes);
  batch.run(
      jobs.size(),
      [&](std::size_t job, Session& session) {
        session.trace_statements(jobs[job]->trace.place());
        OpenBooks open(session, indexes_);
        jobs[job]->run(open.books);
      },
      [](std::size_t, std::exception_ptr const& thrown) {
        if (thrown) throw JobThrew{thrown};
      });
  batch.send_rest();
  attempt.changes = std::move(batch.changes());
}

void Committer::commit(Connection& db, Attempt& attempt, Outcome& outcome) {
  auto const& changes = attempt.changes;
  if (changes.any()) {
    auto const account = changes.accounts.empty() ? AccountId{} : changes.accounts.begin()->first;
    attempt.marker = markers_.mark(db, account);
    queue_last_statements(db, changes);
  }
  db.queue(Request{&commit_batch, Parameters(), nullptr,
                   OpenSpan(attempt.trace, SpanKind::client, commit_batch.name)});
  db.exchange(Connection::Then::ends);
  if (attempt.marker) markers_.settle(*attempt.marker);
  count(changes, outcome);
}

void Committer::count(BookChanges const& changes, Outcome& outcome) {
  outcome.key_changes = changes.keys;
  for (auto const& [account, mine] : changes.accounts) {
    if (!mine.entries.empty()) outcome.grown_ledgers.push_back(account);
    outcome.ledger_entries += std::ssize(mine.entries);
    outcome.decisions += std::ssize(mine.decisions);
  }
}

Committer::Found Committer::look_up(CommitMarker const& marker, std::function<bool()> const& looks_on) {
  for (;;) {
    try {
      auto& db = link_.open_while(looks_on);
      if (!CommitMarkers::was_committed(db, marker)) return Found::never;
      return CommitMarkers::all_is_settled(db, looks_on) ? Found::committed : Found::nobody_knows;
    } catch (ConnectionLost const&) {
      link_.drop();
    } catch (StatementRefused const&) {  // the transaction is still open: its row is locked
    }
    if (!looks_on()) return Found::nobody_knows;
  }
}

}  // namespace linebook::postgres
