// How a store warms up.
#pragma once

#include "app/ports/store.h"

namespace linebook {

/// Searches each account once, which builds what later searches need. Waits.
void search_every_account(Store&);

}  // namespace linebook
