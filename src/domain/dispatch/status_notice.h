// What was once told of a call or a text, kept as it came: in any order, and twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"

namespace linebook {

struct StatusNotice {
  std::string id;  // "ntc_…", in the order in which they came
  std::string subject;
  std::string status;   // as a call or a message spells it
  std::string told_by;  // "carrier", or "linebook" where we know by ourselves
  std::optional<int> error_code = {};
  std::optional<std::int64_t> sequence = {};  // the carrier's own count, where it told one
  Instant at{};                               // when we heard of it
};

}  // namespace linebook
