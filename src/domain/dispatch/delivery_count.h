// How calls or texts to a number came out, counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"

namespace linebook {

struct DeliveryCount {
  std::string status;  // as a call or a message spells it
  std::optional<int> error_code = {};
  std::int64_t count = 0;
  Instant last_at{};
};

/// Numbers to which texts failed for that reason.
struct FailingNumbers {
  std::optional<int> error_code = {};  // nothing: the carrier gave none
  std::int64_t numbers = 0;            // each once
};

/// One of them.
struct FailingNumber {
  std::string number;  // E.164
  std::optional<int> error_code = {};
};

}  // namespace linebook
