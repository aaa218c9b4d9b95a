// Fresh ids as ULIDs: sorted in the order in which they were made, also within one millisecond and when the
// clock goes back, as the ULID specification's "monotonicity" asks. Any thread.
#pragma once

#include <mutex>

#include "app/ports/ids.h"

namespace linebook {

class UlidIds final : public Ids {
 public:
  std::string next(std::string_view prefix, Instant now) override;

 private:
  std::mutex mutex_;
  Instant last_at_{-1};
  Entropy last_entropy_{};
};

}  // namespace linebook
