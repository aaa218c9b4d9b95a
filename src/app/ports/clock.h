// The only place that tells the time.
#pragma once

#include "base/instant.h"

namespace linebook {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;  // any thread
};

}  // namespace linebook
