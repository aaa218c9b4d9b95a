// Use cases of dial lists: who is to be called, and the list as a whole. (Spec: Dial lists.)
#pragma once

#include <cstdint>
#include <vector>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"

namespace linebook {

/// As many people are named who are not there; more are counted.
inline constexpr std::size_t max_told_people = 100;
/// A list may end no further ahead.
inline constexpr std::chrono::days max_dial_list_time{366};

struct CreateDialList {
  DialList list;  // as decoded: id, status and times are given here
  std::vector<PersonRef> people = {};
  Problems problems = {};
};

/// With the first of its people; a filter is followed afterwards (plan_entries.h). validation_error for a
/// person, line or agent that is not there, and for a line from which Linebook could not call.
Result<DialList> create_dial_list(Transaction&, Context const&, CreateDialList);

struct AddDialEntries {
  std::vector<PersonRef> people = {};
  Problems problems = {};
};

struct AddedDialEntries {
  DialList list;
  std::int64_t added = 0;
  std::int64_t already_listed = 0;
};

/// A person is once in a list: who is in it already stays as they are. A finished list whose time is not over
/// goes on. conflict for a list that was stopped.
Result<AddedDialEntries> add_dial_entries(Transaction&, Context const&, DialListId const&,
                                          AddDialEntries const&);

enum class DialListChange { pause, resume, stop };

/// At once: what was given out before may still be told of. Asked for twice it changes nothing; conflict for
/// a list that is over.
Result<DialList> change_dial_list(Transaction&, Context const&, DialListId const&, DialListChange);

/// Saves what became of a list, with its ledger row where that shows.
void save_dial_list(Transaction&, Context const&, DialList const& was, DialList is);

/// Puts people into a list that this transaction holds; how many were new.
std::int64_t insert_dial_entries(Transaction&, Context const&, DialListId const&,
                                 std::vector<PersonRef> const&);

}  // namespace linebook
