// Counters and latencies of requests, and the Prometheus text that tells them with the store's and the
// server's. Counting is wait-free: relaxed atomics, one shard an I/O thread, added up when somebody asks.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/database_server.h"
#include "app/ports/do_not_call_lists.h"
#include "app/ports/event_counters.h"
#include "app/ports/node_disk.h"
#include "app/ports/request_history.h"
#include "app/ports/safekeeping.h"
#include "app/ports/store.h"
#include "app/ports/tracing.h"
#include "base/serial.h"
#include "http/transport/server.h"

namespace linebook::http {

class RequestMetrics {
 public:
  /// `routes`: "GET /phone_numbers/{id}" and so on. One more slot counts what matched no route.
  explicit RequestMetrics(std::vector<std::string> routes);

  /// Any thread. `route` is an index into the names, or unmatched().
  void count(std::size_t route, int status, std::chrono::steady_clock::duration took);
  std::size_t unmatched() const { return routes_.size() - 1; }

  void append_text(std::string& out) const;

 private:
  std::chrono::system_clock::time_point const started_ = std::chrono::system_clock::now();
  static constexpr std::array<int, 25> statuses{200, 201, 204, 304, 400, 401, 403, 404, 405,
                                                408, 409, 410, 412, 413, 415, 422, 429, 431,
                                                500, 502, 503, 504, 0,   0,   0};
  static constexpr std::size_t other_status = 24;
  /// Upper bounds in microseconds.
  static constexpr std::array<std::int64_t, 12> bounds{
      100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 100'000, 500'000, 2'500'000, 10'000'000};
  struct RouteCounts {
    std::array<std::atomic<std::uint64_t>, statuses.size()> by_status{};
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> by_latency{};
    std::atomic<std::uint64_t> microseconds{0};
  };
  using Shard = std::vector<RouteCounts>;
  Shard& shard();

  std::uint64_t const serial_ = next_serial();
  std::vector<std::string> routes_;
  mutable std::mutex mutex_;  // guards the list of shards
  std::vector<std::unique_ptr<Shard>> shards_;
};

/// How keys are found. Relaxed counters; any thread.
struct KeyCounters {
  std::atomic<std::int64_t> known{0};              // in memory
  std::atomic<std::uint64_t> look_ups{0};          // that the store was asked
  std::atomic<std::uint64_t> look_ups_refused{0};  // since there were too many
};

/// Everything /metrics tells. No phone number and no id is in any label.
/// `database`: nothing where the store is embedded.
std::string metrics_text(RequestMetrics const&, KeyCounters const&, Store const&, ServerCounters const&,
                         RequestHistory const&, DoNotCallLists const&, EventCounters const&,
                         TraceCounters const&, NodeDisk const&, Safekeeping const&, Instant now,
                         DatabaseServer const* database);

}  // namespace linebook::http
