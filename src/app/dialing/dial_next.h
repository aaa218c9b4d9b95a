// Linebook's own dialing of a list: one call at a time, within the list's bounds. (Spec: Dial lists, Linebook
// dials.)
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "app/calls/place_call.h"
#include "app/context.h"
#include "app/reach/decide_contact.h"
#include "domain/dialing/dial_list.h"

namespace linebook {

/// So many entries are looked at for one call.
inline constexpr std::int64_t looks_for_a_call = 20;
/// How often a list is looked at where nothing tells when.
inline constexpr std::chrono::milliseconds dialing_interval{200};
/// After a call that was refused before it left, a list rests.
inline constexpr std::chrono::seconds refused_call_pause{5};

struct DialStep {
  std::optional<CallId> call = {};  // that was placed
  /// When there may be another one to place; nothing: not before something else happens.
  std::optional<Instant> look_at = {};
};

/// Is it worth trying? When to look again where it is not, which nothing means for `now`; one look, without a
/// write.
std::optional<Instant> dial_later(Transaction const&, AccountId, Instant now, DialListId const&);

/// Where the list's bounds and somebody's hours allow it, takes the entry whose window closes first and
/// places its call, in this transaction: there is no call without its entry, nor an entry that is being
/// called without its call. The list is held meanwhile, so that its bounds hold on any number of nodes.
DialStep dial_next(Transaction&, Context const&, ReachRules const&, DialListId const&,
                   std::string const& node);

}  // namespace linebook
