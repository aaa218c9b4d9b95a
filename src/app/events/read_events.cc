#include "app/events/read_events.h"

#include <algorithm>

namespace linebook {

EventPage read_events(Transaction const& tx, EventRenderer const& renderer, AccountId account,
                      EventFilter const& filter, std::int64_t after, EventPageBounds const& bounds) {
  EventPage page{.events = {}, .last = after, .has_more = false};
  auto const known = tx.accounts().find(account);
  auto const name = known ? known->name : std::string();
  static constexpr std::int64_t most_at_once = 256;
  for (std::int64_t looked_at = 0;;) {
    auto const part = std::min(most_at_once, bounds.entries - looked_at);
    auto const entries = tx.ledger().following(account, page.last, part);
    for (auto const& entry : entries) {
      if (filter.fits(entry.entity, entry.action, entry.entity_id)) {
        if (std::ssize(page.events) == bounds.events) {
          page.has_more = true;
          return page;
        }
        page.events.push_back(renderer.render(tx, account, name, entry));
      }
      page.last = entry.sequence;
    }
    looked_at += part;
    if (std::ssize(entries) < part) return page;
    page.has_more = true;
    if (looked_at >= bounds.entries) return page;
  }
}

}  // namespace linebook
