// Which node works on a dial list: fills it, keeps its entries where they stand, and dials. One at a time, so
// that none does another's work; what has to be exact is so whoever does it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "app/context.h"
#include "app/ports/store.h"

namespace linebook {

/// How long after a node's end another takes over.
inline constexpr std::chrono::seconds dial_list_lease{3};

/// On whose behalf, as the ledger and decisions tell.
inline constexpr std::string_view dialing_actor = "dialer";

/// Is the list held by another node?
bool held_by_another(DialList const&, std::string const& node, Instant now);

/// The list, held by this transaction and by the node from now on; nothing where another node holds it, or it
/// is gone.
std::optional<DialList> hold_list(Transaction&, AccountId, DialListId const&, std::string const& node,
                                  Instant now);

}  // namespace linebook
