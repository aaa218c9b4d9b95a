// The threads that write. Each takes whatever jobs wait, runs them in one transaction, commits once, and only
// then answers them all (group commit). No timer gathers jobs: one that comes alone commits at once.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "app/ports/store.h"
#include "store/jobs/fair_queue.h"
#include "store/jobs/key_change_log.h"
#include "store/jobs/ledger_news.h"
#include "store/postgres/committer.h"
#include "store/postgres/ledger_hints.h"
#include "store/postgres/trouble.h"

namespace linebook::postgres {

class Writer {
 public:
  static constexpr std::size_t max_queued = 8192;  // jobs that wait; beyond it: overloaded
  static constexpr std::size_t max_batch = 64;     // jobs a transaction
  static constexpr std::size_t share = 16;         // of these, an account's that is not alone
  /// A job that other transactions keep getting in the way of is given up after so many runs.
  static constexpr int max_runs_of_job = 10;
  /// One that a constraint refuses met another node's row, or did not check: a few runs tell.
  static constexpr int max_runs_of_refused_job = 3;
  static constexpr std::chrono::milliseconds longest_pause_between_runs{20};
  /// How long the outcome of a commit is looked for whose answer was lost: longer than a fail-over takes.
  static constexpr std::chrono::seconds looking_patience{30};
  /// How long the database is waited for once the store is told to stop.
  static constexpr std::chrono::milliseconds stop_patience{2000};

  Writer(unsigned threads, std::chrono::milliseconds patience, Endpoint const&, DigitIndexes&,
         KeyChangeLog& key_changes, LedgerNews& ledger_news, LedgerHints&, StoreCounters&, Trouble&,
         FailureLog const&);
  ~Writer();

  /// Any thread.
  void queue(std::unique_ptr<WriteJob>);
  /// Runs and answers what waits; jobs that come later are answered `unavailable`.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  using Jobs = std::vector<std::unique_ptr<WriteJob>>;
  using Outcomes = std::vector<std::optional<Error>>;
  struct Waiting {
    std::unique_ptr<WriteJob> job;
    Clock::time_point since;
  };
  struct Taken {
    Jobs jobs;
    Clock::time_point give_up;  // when the first of them has waited long enough for a database
  };

  void serve_queue();
  Taken take_batch();
  void refuse_overdue();
  void run_batch(Committer&, Taken&);
  Outcomes run_apart(Committer&, Jobs const&, Clock::time_point give_up);
  std::optional<Error> run_alone(Committer&, std::unique_ptr<WriteJob> const&, Clock::time_point give_up);
  Committer::Outcome run(Committer&, std::span<std::unique_ptr<WriteJob> const>, Clock::time_point give_up);
  std::optional<Error> error_of(Committer::Outcome const&);
  void count_depth();

  std::chrono::milliseconds const patience_;
  Endpoint const& endpoint_;
  DigitIndexes& indexes_;
  KeyChangeLog& key_changes_;
  LedgerNews& ledger_news_;
  LedgerHints& ledger_hints_;
  StoreCounters& counters_;
  Trouble& trouble_;
  FailureLog const& log_;

  std::mutex queue_mutex_;
  std::condition_variable queue_filled_;
  FairQueue<Waiting> queue_{max_queued};
  bool stopping_ = false;
  std::atomic<Clock::time_point> stops_at_{Clock::time_point::max()};
  std::vector<std::thread> threads_;
};

}  // namespace linebook::postgres
