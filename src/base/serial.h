// Tells objects apart whose addresses may be the same one after the other: for what a thread remembers of
// them.
#pragma once

#include <atomic>
#include <cstdint>

namespace linebook {

/// Never 0, never the same twice.
inline std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace linebook
