// The machine's clock.
#pragma once

#include <chrono>

#include "app/ports/clock.h"

namespace linebook {

class SystemClock final : public Clock {
 public:
  Instant now() const override {
    using namespace std::chrono;
    return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
  }
};

}  // namespace linebook
