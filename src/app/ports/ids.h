// Where fresh ids come from. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"

namespace linebook {

class Ids {
 public:
  virtual ~Ids() = default;
  /// `prefix` and a ULID. Ids made by one process never repeat and sort in the order in which they were made.
  virtual std::string next(std::string_view prefix, Instant now) = 0;
};

}  // namespace linebook
