// Reads. Bounded ones run as fibers, many of them in one snapshot and one pipeline. Searches and reports run
// on threads with a connection each, within a deadline; long walks run on the calling thread with a
// connection of a pool. Every snapshot is taken after the reads that it serves were asked for, so that they
// see whatever any node was told before.
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
#include "store/postgres/batch.h"
#include "store/postgres/link.h"
#include "store/postgres/trouble.h"
#include "store/search/digit_indexes.h"

namespace linebook::postgres {

struct ReaderBounds {
  unsigned readers;
  unsigned walkers;
  std::chrono::milliseconds read_deadline;  // of an unbounded read
  std::chrono::milliseconds patience;       // with a database that is away
};

class Readers {
 public:
  static constexpr std::size_t searchers = 2;              // threads for unbounded reads
  static constexpr std::size_t max_batch = 64;             // bounded reads a snapshot
  static constexpr std::size_t share = 16;                 // of these, an account's that is not alone
  static constexpr std::size_t max_queued_bounded = 8192;  // that wait; beyond it: overloaded
  static constexpr std::size_t max_queued_unbounded = 1024;
  static constexpr std::chrono::seconds walk_patience{10};  // with a pool that is in use
  /// How long reads go on once the store is told to stop.
  static constexpr std::chrono::milliseconds stop_patience{1000};

  Readers(ReaderBounds const&, Endpoint const&, DigitIndexes&, StoreCounters&, Trouble&, FailureLog const&);
  ~Readers();

  /// Any thread, as are the following.
  void queue_bounded(std::unique_ptr<ReadJob>);
  void queue_unbounded(std::unique_ptr<ReadJob>);
  void walk_here(ReadJob&);
  /// Answers what waits, within stop_patience; whatever comes later is answered `unavailable`.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    std::unique_ptr<ReadJob> job;
    Clock::time_point since;
  };
  class Queue;

  static void tell(Waiting& waiting, std::optional<Error> error) {
    auto const job = std::exchange(waiting.job, nullptr);
    job->trace.end(error.has_value());
    job->done(std::move(error));
  }

  void serve_bounded();
  void run_bounded(Link&, IdleFibers&, std::vector<Waiting>&);
  void run_in_one_snapshot(Link&, IdleFibers&, std::span<Waiting>);
  void answer(Waiting&, std::exception_ptr);
  bool goes_on(Waiting const&) const;
  static Waiting const& oldest_of(std::span<Waiting const>);

  void serve_unbounded();
  std::optional<Error> run_directly(Link&, ReadJob&, Clock::time_point deadline);
  void check_patience(Clock::time_point deadline) const;
  std::unique_ptr<Link> take_walker(std::optional<Error>&);
  void put_back_walker(std::unique_ptr<Link>);

  ReaderBounds const bounds_;
  Endpoint const& endpoint_;
  DigitIndexes& indexes_;
  Trouble& trouble_;
  FailureLog const& log_;
  std::atomic<Clock::time_point> stops_at_{Clock::time_point::max()};  // when every read is given up

  std::unique_ptr<Queue> bounded_;
  std::unique_ptr<Queue> unbounded_;

  std::mutex walkers_mutex_;
  std::condition_variable walker_came_back_;
  std::vector<std::unique_ptr<Link>> idle_walkers_;
  unsigned walkers_in_use_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> bounded_threads_, unbounded_threads_;
};

}  // namespace linebook::postgres
