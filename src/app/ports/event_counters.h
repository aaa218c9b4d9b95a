// What is counted of those who are told of events. Relaxed, for metrics; any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace linebook {

struct EventCounters {
  std::atomic<std::int64_t> streams_open{0};
  std::atomic<std::int64_t> long_polls{0};
  std::atomic<std::uint64_t> events_streamed{0};
  std::atomic<std::uint64_t> streams_too_slow{0};  // ended as such
  std::atomic<std::uint64_t> entries_followed{0};  // of ledgers, by the one who follows them

  std::atomic<std::int64_t> webhooks{0};          // that this node delivers to
  std::atomic<std::int64_t> webhook_requests{0};  // on their way
  std::atomic<std::uint64_t> webhook_deliveries{0};
  std::atomic<std::uint64_t> webhook_failures{0};  // attempts
  std::atomic<std::uint64_t> webhooks_disabled{0};
};

}  // namespace linebook
