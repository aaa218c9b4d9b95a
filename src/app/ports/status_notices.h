// What was told of calls and texts, as it came: appended, never changed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "domain/dispatch/status_notice.h"

namespace linebook {

class StatusNotices {
 public:
  virtual ~StatusNotices() = default;

  virtual void append(AccountId, StatusNotice const&) = 0;
  /// In the order in which they came, at most `limit`.
  virtual std::vector<StatusNotice> of(AccountId, std::string_view subject, std::int64_t limit) const = 0;
};

}  // namespace linebook
