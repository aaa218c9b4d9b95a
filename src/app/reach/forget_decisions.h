// Decisions are kept five years. Older ones go, a sealed run at a time; the seals stay, so that what is left
// can be verified.
#pragma once

#include <cstdint>

#include "app/ports/secrets.h"
#include "app/ports/store.h"

namespace linebook {

/// Forgets what is older than decisions_kept; tells how many runs. A run goes once its youngest decision is
/// old enough. May wait; not on an I/O thread.
Result<std::int64_t> forget_old_decisions(Store&, Secrets const&, Instant now);

}  // namespace linebook
