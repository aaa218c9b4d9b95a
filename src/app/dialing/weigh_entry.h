// What is to be said of a dial list's entry at this moment: which of the person's numbers would be called,
// and whether it may be.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/reach/decide_contact.h"
#include "domain/dialing/dial_list.h"

namespace linebook {

/// So many of a person's numbers are looked at.
inline constexpr std::int64_t max_numbers_weighed = 20;
/// When an entry is looked at again that nothing but time stands in the way of, and no time is known.
inline constexpr std::chrono::hours unknown_time_pause{24};
/// The same of one that could not be decided about.
inline constexpr std::chrono::minutes undecided_pause{15};

/// Why entries wait or are blocked that no decision's reason tells.
inline constexpr std::string_view no_number_reason = "no_number";  // of the list's types, that may be called
inline constexpr std::string_view given_out_reason = "given_out";  // by another list, or the same number
inline constexpr std::string_view undecided_reason = "undecided";  // nobody could decide
inline constexpr std::string_view not_placed_reason = "not_placed";  // the call was refused before it left

struct WeighedEntry {
  DialEntryState state = DialEntryState::blocked;  // ready, waiting or blocked
  Instant turn_at{};  // ready: when the window closes; waiting: when it is looked at again
  std::optional<std::string> reason = {};
  std::optional<ContactNumber> number = {};  // the one that would be called, or that the reason is about
  std::optional<Decision> decision = {};     // on it; not kept
};

/// Of a person's numbers, one that is refused for good gives way to the next; one that only has to wait does
/// not.
WeighedEntry weigh_entry(Transaction const&, AccountId, Instant now, ReachRules const&, DialList const&,
                         DialEntry const&, std::optional<LineId> const& line);

/// The same ahead of giving the entry out: others who count attempts on its number are kept away until this
/// job has ended, and a number that was given out already has to wait.
WeighedEntry weigh_to_give_out(Transaction&, AccountId, Instant now, ReachRules const&, DialList const&,
                               DialEntry const&, std::optional<LineId> const& line);

/// The entry as it stands then.
DialEntry weighed(DialEntry, WeighedEntry const&, Instant now);

/// The list's lines that calls can leave from now. A list that names none leaves it to its dialer.
std::vector<LineId> lines_that_call(Transaction const&, AccountId, ReachRules const&, DialList const&);

}  // namespace linebook
