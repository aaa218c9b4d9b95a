// Keeps dial lists as they should stand, behind whoever takes entries: fills them from their filter, looks
// again at entries whose turn has come, takes in what became of calls, and ends lists that are over. Each
// step is a bounded batch: what it takes to weigh is read outside of any write.
#pragma once

#include <cstdint>
#include <string>

#include "app/context.h"
#include "app/ports/store.h"
#include "app/reach/decide_contact.h"

namespace linebook {

inline constexpr std::int64_t numbers_walked_at_once = 500;
inline constexpr std::int64_t entries_weighed_at_once = 200;
inline constexpr std::int64_t calls_settled_at_once = 100;

/// How far a step got.
enum class PlanProgress { nothing_to_do, done, more_to_do };

/// Of these, what a step needs beside the store.
struct DialPlan {
  Store& store;
  ReachRules const& rules;
  std::string node;  // that holds the lists
};

/// The next people of the list's filter.
Result<PlanProgress> fill_list(DialPlan const&, Context const&, DialList const&);
/// Entries whose turn has come.
Result<PlanProgress> weigh_due_entries(DialPlan const&, Context const&, DialList const&);
/// Entries whose call is over.
Result<PlanProgress> settle_calls(DialPlan const&, Context const&, DialList const&);
/// The list itself, where its time is over or nobody is left.
Result<PlanProgress> finish_list(DialPlan const&, Context const&, DialList const&);

}  // namespace linebook
