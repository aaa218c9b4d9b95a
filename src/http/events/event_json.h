// An entry of the ledger as an event: what happened, and the thing as GET shows it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/ports/events.h"
#include "http/serving/endpoint.h"

namespace linebook::http {

/// Texts of messages and codes are in no event.
class EventJson final : public EventRenderer {
 public:
  /// What would be larger is left out of the event: whoever needs it asks for it.
  static constexpr std::size_t max_object_bytes = 16 * 1024;

  Event render(Transaction const&, AccountId, std::string_view account, LedgerEntry const&) const override;
};

/// {"events":[…],"next_after":…}
Answer event_page_answer(std::vector<std::string> const& events, std::int64_t next_after);

}  // namespace linebook::http
