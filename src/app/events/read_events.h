// Events out of the ledger, a page at a time: for whoever is further behind than what is kept in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "app/ports/events.h"

namespace linebook {

/// A part of an account's events, oldest first.
struct EventPage {
  std::vector<Event> events;  // those that fit
  std::int64_t last = 0;      // sequence of the last entry that was looked at
  bool has_more = false;      // the ledger goes on behind it
};

/// How far a page looks: so many entries, and so many events of them.
struct EventPageBounds {
  std::int64_t entries = 2000;
  std::int64_t events = 200;
};

/// The events behind sequence `after`.
EventPage read_events(Transaction const&, EventRenderer const&, AccountId, EventFilter const&,
                      std::int64_t after, EventPageBounds const&);

}  // namespace linebook
