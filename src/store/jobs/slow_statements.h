// Statements that took long are told of by their names; what they were run with never is.
#pragma once

#include <ctime>

#include <chrono>
#include <string>
#include <string_view>

#include "store/jobs/failure_log.h"

namespace linebook {

/// Any thread.
class SlowStatements {
 public:
  /// `limit` of zero: nothing is slow.
  SlowStatements(std::chrono::milliseconds limit, FailureLog::Sink sink)
      : limit_(limit), log_(std::move(sink)) {}

  bool is_slow(std::chrono::nanoseconds took) const { return limit_.count() > 0 && took >= limit_; }
  /// `names`: of one statement, or of several that were answered together.
  void check(std::string_view names, std::chrono::nanoseconds took) const {
    if (!is_slow(took)) return;
    auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    log_.tell(std::string(names) + " took " + std::to_string(ms) + " ms");
  }

  /// Good to a few milliseconds, and read in as many nanoseconds.
  static std::chrono::nanoseconds coarse_now() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  }

 private:
  std::chrono::milliseconds const limit_;
  FailureLog const log_;
};

}  // namespace linebook
