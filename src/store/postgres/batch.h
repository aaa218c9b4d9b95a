// Jobs that share one transaction and one pipeline. Each runs on a fiber; when none can go on, what they have
// asked is sent in one go, and the answers let them go on.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/postgres/connection.h"
#include "store/postgres/fiber.h"
#include "store/postgres/session.h"

namespace linebook::postgres {

/// Every job waits for a key that another one holds: they must be run apart.
class JobsInEachOthersWay : public std::exception {
 public:
  char const* what() const noexcept override { return "jobs of a batch wait for each other"; }
};

class Batch {
 public:
  /// So many statements of a job are kept back at most; then they are sent.
  static constexpr std::size_t max_unsent = 1000;

  Batch(Connection&, IdleFibers&, Session::Purpose);
  ~Batch();

  using Work = std::function<void(std::size_t job, Session&)>;
  /// Called when a job has ended, with what it threw. May throw, which ends the batch.
  using Ended = std::function<void(std::size_t job, std::exception_ptr)>;

  /// Runs the jobs 0 to `count` - 1 until each has ended. Throws JobsInEachOthersWay, what the connection
  /// throws and what `ended` throws; jobs that have not ended then never do.
  void run(std::size_t count, Work const&, Ended const&);
  /// Hands the connection what was not sent yet, so that it goes out together with what follows.
  void send_rest();

  /// Of all jobs that have ended.
  BookChanges& changes() { return changes_; }

 private:
  class Strand;
  void look_after(Strand&, Ended const&);
  void exchange();
  void release_claims(Strand&);
  void abandon();

  Connection& db_;
  IdleFibers& idle_fibers_;
  Session::Purpose const purpose_;
  BookChanges changes_;
  std::vector<std::unique_ptr<Strand>> strands_;
  std::size_t unfinished_ = 0;
  std::deque<Strand*> runnable_;
  std::vector<Request> settled_;  // of jobs that have ended: sent ahead of what others ask

  struct Holder {
    Strand* strand;
    std::deque<Strand*> waiting;
  };
  std::unordered_map<std::string, Holder> claims_;
  // By key that was let go: how many exchanges there had been. What was read before does not show what its
  // holder changed.
  std::unordered_map<std::string, std::size_t> released_;
  std::size_t exchanges_ = 0;
};

}  // namespace linebook::postgres
