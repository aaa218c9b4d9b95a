// The states' hours that hold in the installation: those that an operator loaded last, else those of the
// build. Read once a version, shared by all threads.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "app/ports/store.h"
#include "domain/reach/calling_hours.h"

namespace linebook {

class CallingHoursInForce {
 public:
  using Shared = std::shared_ptr<CallingHours const>;

  /// `version`: as the snapshot has it. Any thread.
  Shared of(Transaction const&, std::int64_t version);

 private:
  std::mutex mutex_;
  std::int64_t version_ = 0;
  Shared read_;
};

}  // namespace linebook
