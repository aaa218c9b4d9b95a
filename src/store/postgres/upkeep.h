// A thread that does what nobody waits for: statistics of tables that have outgrown them, and what dead nodes
// left behind.
#pragma once

#include <chrono>

#include "store/postgres/link.h"
#include "store/postgres/rounds.h"

namespace linebook::postgres {

class Upkeep {
 public:
  static constexpr std::chrono::seconds statistics_interval{2};
  static constexpr std::chrono::minutes tidying_interval{60};

  explicit Upkeep(Endpoint const&);
  void stop() { rounds_.stop(); }

 private:
  using Clock = std::chrono::steady_clock;
  void turn();
  std::chrono::seconds look_at_statistics(Connection&);

  Link link_;
  Clock::time_point next_statistics_;
  Clock::time_point next_tidying_;
  Rounds rounds_;  // last: it uses all of the above
};

}  // namespace linebook::postgres
