#include "app/contacts/walk_people.h"

#include <utility>

namespace linebook {

std::vector<PersonWithNumbers> walk_people(Transaction const& tx, AccountId account, PeopleWalk& walk,
                                           std::int64_t limit) {
  auto people = tx.people().walk(account, walk.type, walk.after, walk.changed_from, limit);
  if (!people.empty()) walk.after = people.back().ref.id;
  return with_numbers(tx, account, walk.type, std::move(people));
}

}  // namespace linebook
