// GET /api/v2/phone-numbers/quality: what is doubtful in the contact book. A report reads every number of the
// account, so it is made once for everybody who asks at the time, and kept for a while.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "app/ports/clock.h"
#include "app/ports/store.h"
#include "base/result.h"

namespace linebook::http {

class QualityReports {
 public:
  static constexpr std::chrono::seconds life{60};
  static constexpr std::size_t max_kept = 1000;  // accounts; beyond it the oldest goes

  QualityReports(Store& store, Clock& clock) : store_(store), clock_(clock) {}

  using Told = std::move_only_function<void(Result<std::string>)>;
  /// Tells the report as JSON, at once or once it is made. Any thread; `told` runs on the caller's or a
  /// store's.
  void tell(AccountId, Told told);

 private:
  class Job;
  struct Report {
    Instant as_of;
    std::string body;           // empty until the first is made
    std::vector<Told> waiting;  // while one is being made
  };
  void made(AccountId, Instant as_of, Result<std::string>);

  Store& store_;
  Clock& clock_;
  std::mutex mutex_;
  std::map<std::int64_t, Report> reports_;  // by account
};

}  // namespace linebook::http
