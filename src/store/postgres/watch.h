// A thread that looks at the database about twice a second: whether it is there and takes writes, and whether
// another node has changed accounts or keys. Now and then it tidies up.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "store/postgres/link.h"
#include "store/postgres/trouble.h"

namespace linebook::postgres {

/// Generations only grow; any thread.
void raise_to(std::atomic<std::uint64_t>& generation, std::int64_t seen);

/// As the database has it.
std::int64_t read_keys_generation(Connection&);

class Watch {
 public:
  static constexpr std::chrono::milliseconds interval{500};
  static constexpr std::chrono::seconds statistics_interval{2};
  static constexpr std::chrono::minutes tidying_interval{60};

  Watch(Endpoint const&, std::atomic<std::uint64_t>& keys_generation, Trouble&);
  ~Watch();
  void stop();

 private:
  void run();
  void look(Link&);
  std::chrono::seconds look_at_statistics(Connection&);

  std::atomic<std::uint64_t>& keys_generation_;
  Trouble& trouble_;
  Endpoint const& endpoint_;
  std::chrono::steady_clock::time_point next_statistics_;
  std::chrono::steady_clock::time_point next_tidying_;
  std::mutex mutex_;
  std::condition_variable stops_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook::postgres
