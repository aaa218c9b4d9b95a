// Entries for an auto-dialer that pulls. (Spec: Dial lists, Pull.)
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "app/edits.h"
#include "app/reach/decide_contact.h"
#include "domain/dialing/dial_list.h"

namespace linebook {

/// So many entries are looked at beyond those that are asked for: what is not found among them is found by
/// the next who asks, or by the planner (plan_entries.h).
inline constexpr std::int64_t spare_looks = 50;

struct TakeEntries {
  std::int64_t count = 1;
  std::chrono::seconds lease = default_lease;
  Problems problems = {};
};

struct TakenEntry {
  DialEntry entry;
  std::string name;  // the person's
  Decision decision;
};

/// Why nobody at all is given out.
enum class NothingGivenOut { not_started, paused, stopped, finished, line_unavailable };
std::string_view to_string(NothingGivenOut);

struct TakenEntries {
  DialListStatus status = DialListStatus::running;
  std::vector<TakenEntry> entries = {};  // whose window closes first come first
  /// Where there are fewer than asked for: when more may be allowed; now, where others were not looked at.
  std::optional<Instant> next_allowed_at = {};
  std::optional<NothingGivenOut> reason = {};
};

/// Leases up to `count` entries that may be called now, each with a decision that is kept. Each is held
/// meanwhile, so that nobody gets the same; others take theirs from the same list side by side. conflict for
/// a list that Linebook dials itself.
Result<TakenEntries> take_entries(Transaction&, Context const&, ReachRules const&, DialListId const&,
                                  TakeEntries const&);

/// Brings up to `limit` of the list's entries whose turn has come to where they stand now: leases that ran
/// out, those that waited, those whose window closed. How many it were.
std::int64_t look_again(Transaction&, Context const&, ReachRules const&, DialList const&,
                        std::optional<LineId> const& line, std::int64_t limit);

/// When entries of the list may be allowed that are not now; nothing where none waits.
std::optional<Instant> next_turn(Transaction const&, AccountId, DialList const&, Instant now);

}  // namespace linebook
