#include "app/dialing/hold_list.h"

namespace linebook {

bool held_by_another(DialList const& list, std::string const& node, Instant now) {
  return list.lease && *list.lease != node && list.lease_until && *list.lease_until > now;
}

std::optional<DialList> hold_list(Transaction& tx, AccountId account, DialListId const& id,
                                  std::string const& node, Instant now) {
  auto list = tx.dial_lists().find(account, id);
  if (!list || held_by_another(*list, node, now)) return std::nullopt;
  // Not with each look: a lease is renewed when half of it is over.
  if (list->lease != node || *list->lease_until < now + dial_list_lease / 2) {
    list->lease = node;
    list->lease_until = now + dial_list_lease;
    tx.dial_lists().update(account, *list);
  }
  return list;
}

}  // namespace linebook
