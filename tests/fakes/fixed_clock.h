// A clock that stands still until it is told to move.
#pragma once

#include <atomic>
#include <chrono>

#include "app/ports/clock.h"

namespace linebook::fakes {

/// A moment like any other, of the year 2025.
inline constexpr Instant noon = Instant::from_seconds(1'740'000'000);

class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant start) : milliseconds_(start.milliseconds) {}

  Instant now() const override { return {milliseconds_.load()}; }
  void advance(std::chrono::milliseconds by) { milliseconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> milliseconds_;
};

}  // namespace linebook::fakes
