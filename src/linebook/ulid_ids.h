// Fresh ids as ULIDs. Those that one thread makes sort in the order in which they were made, also within one
// millisecond and when the clock goes back, as the ULID specification's "monotonicity" asks; those of several
// threads, within a millisecond, by chance. Any thread; none waits for another.
#pragma once

#include "app/ports/ids.h"

namespace linebook {

class UlidIds final : public Ids {
 public:
  std::string next(std::string_view prefix, Instant now) override;
};

}  // namespace linebook
