// Events: the entries of an account's ledger, as they are told to whoever listens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/ports/store.h"
#include "domain/ledger/event_type.h"

namespace linebook {

/// Made once for everybody who is told.
struct Event {
  std::int64_t sequence = 0;
  Entity entity = Entity::account;
  Action action = Action::created;
  std::string entity_id = {};
  std::string json = {};        // of one line
  std::string request_id = {};  // of what made it

  bool fits(EventFilter const& filter) const { return filter.fits(entity, action, entity_id); }
};

/// Makes events of entries, for an account by its name. Any thread.
class EventRenderer {
 public:
  virtual ~EventRenderer() = default;
  /// With the thing as this transaction sees it.
  virtual Event render(Transaction const&, AccountId, std::string_view account, LedgerEntry const&) const = 0;
};

}  // namespace linebook
