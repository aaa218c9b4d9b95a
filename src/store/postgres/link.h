// A connection that is opened when it is needed, and opened again when it broke. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <random>

#include "store/postgres/connection.h"

namespace linebook::postgres {

/// What every connection of a store is made with.
struct Endpoint {
  ConnectionSettings settings;
  StatementCounts& statements;
  PostgresCounters& counters;
};

class Link {
 public:
  static constexpr std::chrono::milliseconds shortest_pause{50};  // between two attempts to connect
  static constexpr std::chrono::milliseconds longest_pause{1000};

  Link(Endpoint const& endpoint, SessionBounds bounds) : endpoint_(endpoint), bounds_(bounds) {}

  /// Throws ConnectionLost where the database cannot be reached just now.
  Connection& open();
  /// Tries again, with growing pauses, as long as `goes_on` says so; then throws what the last attempt threw.
  Connection& open_while(std::function<bool()> const& goes_on);
  /// Whatever became of the connection, the next one is another.
  void drop() { connection_.reset(); }
  /// Ends what the connection was in the middle of.
  void roll_back() {
    try {
      if (!connection_) return;
      connection_->set_patience(nullptr);
      connection_->roll_back();
    } catch (std::exception const&) {
      drop();
    }
  }

 private:
  Endpoint const& endpoint_;
  SessionBounds const bounds_;
  std::unique_ptr<Connection> connection_;
};

/// A moment of up to `longest`, so that nodes that met do not meet again.
std::chrono::milliseconds random_pause(std::chrono::milliseconds longest);

}  // namespace linebook::postgres
