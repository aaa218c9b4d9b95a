// All people of an account with their numbers, a page at a time and in constant memory: for exports.
#pragma once

#include <cstdint>
#include <vector>

#include "app/contacts/people.h"

namespace linebook {

inline constexpr std::int64_t walked_people_a_page = 500;

/// Where a walk stands.
struct PeopleWalk {
  PersonType type;
  Instant changed_from{INT64_MIN};  // only those that changed then or later
  PersonId after = {};
};

/// The next page; empty at the end. Each is of a snapshot of its own: who is added behind the walk's place
/// meanwhile comes along, and nobody comes twice.
std::vector<PersonWithNumbers> walk_people(Transaction const&, AccountId, PeopleWalk&,
                                           std::int64_t limit = walked_people_a_page);

}  // namespace linebook
