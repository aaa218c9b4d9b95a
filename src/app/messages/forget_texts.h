// The words of texts are kept as long as each account's policy has it. Then they go, and the fact stays.
#pragma once

#include <cstdint>

#include "app/ports/store.h"

namespace linebook {

/// Forgets what is old enough; tells how many texts. May wait; not on an I/O thread.
Result<std::int64_t> forget_old_texts(Store&, Instant now);

}  // namespace linebook
