// One connection to PostgreSQL and its pipeline: statements are queued and sent together, their answers come
// back in one round trip. One thread at a time.
//
// Failures are thrown: ConnectionLost where it is unknown what the server did with what was under way, and
// StatementRefused where the server said no; the transaction is then rolled back and the connection ready for
// the next one.
#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/ports/store.h"
#include "store/postgres/answer.h"
#include "store/postgres/connection_settings.h"
#include "store/postgres/parameters.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/statement.h"
#include "store/postgres/statement_counts.h"

namespace linebook::postgres {

/// The server is gone, silent, or no longer the one that takes writes.
class ConnectionLost : public StoreUnavailable {
 public:
  using StoreUnavailable::StoreUnavailable;
};

class StatementRefused : public std::runtime_error {
 public:
  enum class Why {
    conflict,       // another transaction was first: run it again
    constraint,     // so was another transaction, or the use case did not check
    took_too_long,  // statement_timeout
    no_resources,   // disk full, out of memory
    part_away,      // a worker of Citus, with the accounts that it holds: others may go on
    bug,
  };
  StatementRefused(Why why, std::string const& what) : std::runtime_error(what), why(why) {}
  Why const why;
};

/// An answer that is on its way.
struct Answer {
  bool is_there = false;
  Rows rows;
};

/// A statement to be run, and who gets its answer (nobody, where only its success counts).
struct Request {
  Statement const* statement;
  Parameters parameters;
  std::shared_ptr<Answer> answer;
  OpenSpan span = {};
};

class Connection {
 public:
  /// Throws ConnectionLost.
  Connection(ConnectionSettings const&, SessionBounds const&, StatementCounts&, PostgresCounters&);
  ~Connection();
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;

  void queue(Request);
  template <class... Args>
  void queue(Statement const& statement, Args const&... args) {
    queue(Request{&statement, Parameters(args...), nullptr});
  }
  template <class... Args>
  std::shared_ptr<Answer> ask(Statement const& statement, Args const&... args) {
    auto answer = std::make_shared<Answer>();
    queue(Request{&statement, Parameters(args...), answer});
    return answer;
  }

  enum class Then {
    goes_on,  // within the transaction
    ends,     // it, in which case the server forgets a failure of it
  };
  /// Sends what is queued and takes every answer: one round trip.
  void exchange(Then);
  /// Sends it, and leaves the answers to the next exchange.
  void send_on();
  /// One statement of its own, outside of any transaction.
  template <class... Args>
  Rows run(Statement const& statement, Args const&... args) {
    auto const answer = ask(statement, args...);
    exchange(Then::ends);
    return std::move(answer->rows);
  }
  /// Statements without parameters that are run once and answer nothing: migrations.
  void run_script(std::string const& sql);
  void roll_back();

  /// Called now and then while an answer is awaited; may throw, after which the connection is broken.
  void set_patience(std::function<void()> check) { check_patience_ = std::move(check); }
  bool is_broken() const { return broken_; }
  /// The store has met a newer primary than this one, which may not know yet that it was deposed.
  bool is_deposed() const { return timeline_ < counters_.newest_timeline.load(); }
  /// False where the server has closed it while nothing was under way. No round trip.
  bool is_alive();
  /// Whose readiness tells that there is something to be taken; nothing else may be under way.
  int socket() const { return PQsocket(handle_); }
  /// What other connections have told with NOTIFY since LISTEN was run. No round trip.
  std::vector<std::string> take_notifications();

 private:
  enum class Preparation { absent, under_way, ready };
  struct Known {
    Preparation preparation = Preparation::absent;
    StatementCounts::Count* count = nullptr;
  };
  struct Pending {
    enum class Kind { preparation, statement, sync } kind;
    Statement const* statement;
    Known* known;
    std::shared_ptr<Answer> answer;
    OpenSpan span = {};
  };
  struct Failure {
    std::string sqlstate;
    bool part_away;
    std::string what;
  };

  void set_up();
  void meet_timeline(std::string_view wal_file);
  void prepare(Statement const&, Known&, Parameters const&);
  void mark_end_of_transaction();
  void drain();
  void wait_for_server(bool unsent);
  void take_answers();
  void take_result(Rows, ExecStatusType);
  void count_arrived();
  void take_failure(PGresult const*, Pending const&);
  void take_notice(PGresult const*);
  [[noreturn]] void throw_failure();
  [[noreturn]] void lose(std::string const& why);
  std::string last_words() const;

  PGconn* handle_ = nullptr;
  SessionBounds const bounds_;
  StatementCounts& statements_;
  PostgresCounters& counters_;
  std::string const place_;
  bool broken_ = false;
  std::uint32_t timeline_ = 0;  // of the server's WAL
  std::function<void()> check_patience_;
  std::unordered_map<Statement const*, Known> known_;
  std::deque<Pending> pending_;
  std::optional<Failure> failure_;
  std::optional<std::string> warning_;  // that makes what is under way uncertain
  std::vector<std::pair<Statement const*, StatementCounts::Count*>> arrived_;  // and not counted yet
  std::chrono::steady_clock::time_point last_heard_;
};

}  // namespace linebook::postgres
