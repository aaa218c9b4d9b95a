// New keys for secrets at rest.
#pragma once

#include <cstdint>

#include "app/context.h"
#include "app/ports/store.h"

namespace linebook {

/// Gives the account `ctx.account` a new data key, wrapped by the master key, and seals each of its secrets
/// and the words of its texts and calls anew under it, all in one transaction: whoever reads sees the old key
/// with the old seals or the new with the new. Tells how many that were. not_found: there is no such account.
Result<std::int64_t> rotate_secrets(Transaction&, Context const&);

}  // namespace linebook
