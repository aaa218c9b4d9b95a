// The ledger in tests of stores.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "app/ports/blocking.h"
#include "app/ports/store.h"
#include "fakes/fixed_clock.h"

namespace linebook::fakes {

inline LedgerEntry entry(std::string id) {
  return {.at = noon,
          .actor = "operator",
          .request_id = "req_1",
          .entity = Entity::patient,
          .entity_id = std::move(id),
          .action = Action::created,
          .changes = {}};
}

inline std::int64_t last_sequence(Store& store, AccountId account) {
  return read_and_wait(store,
                       [&](Transaction const& tx) -> Result<std::int64_t> {
                         return tx.ledger().last_sequence(account);
                       })
      .value();
}

}  // namespace linebook::fakes
