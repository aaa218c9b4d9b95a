// What is wrong with the database just now, for the operator. Any thread.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "store/jobs/failure_log.h"

namespace linebook::postgres {

class Trouble {
 public:
  explicit Trouble(FailureLog const& log) : log_(log) {}

  void set(std::string what) {
    std::scoped_lock lock(mutex_);
    if (!what_) log_.tell("the database is away: " + what);
    what_ = std::move(what);
  }
  void clear() {
    std::scoped_lock lock(mutex_);
    if (what_) log_.tell("the database is there again");
    what_.reset();
  }
  std::optional<std::string> what() const {
    std::scoped_lock lock(mutex_);
    return what_;
  }

 private:
  FailureLog const& log_;
  mutable std::mutex mutex_;
  std::optional<std::string> what_;
};

}  // namespace linebook::postgres
