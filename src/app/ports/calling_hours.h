// The states' hours that an operator loaded: installation-wide, the newest version holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"

namespace linebook {

struct CallingHoursFile {
  std::int64_t version = 0;  // from 1
  std::string source;
  std::string as_of;  // calendar date
  std::string csv;
  Instant loaded_at;
};

class LoadedCallingHours {
 public:
  virtual ~LoadedCallingHours() = default;

  /// 0 where none were ever loaded: what the build brings along holds.
  virtual std::int64_t version() const = 0;
  virtual std::optional<CallingHoursFile> newest() const = 0;
  virtual void insert(CallingHoursFile const&) = 0;
};

}  // namespace linebook
