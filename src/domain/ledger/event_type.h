// What streams and webhooks call the entries of a ledger, and the patterns by which they are chosen:
// "contact_number.updated", "contact_number.*", "*".
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ledger/ledger_entry.h"

namespace linebook {

/// The entity in the ledger's word, but for a contact policy, which the API calls "policy".
std::string event_type(Entity, Action);

struct EventPattern {
  std::optional<Entity> entity = {};  // nothing: every one
  std::optional<Action> action = {};

  bool fits(Entity e, Action a) const { return (!entity || *entity == e) && (!action || *action == a); }
  bool operator==(EventPattern const&) const = default;
};

/// Nothing where it names no entity or action of the ledger.
std::optional<EventPattern> parse_event_pattern(std::string_view);
std::string to_string(EventPattern const&);

/// Is there a type in an account that it fits? One that nothing ever is would be waited for for ever. What
/// was accepted by an earlier version is still read.
bool ever_happens(EventPattern const&);

inline constexpr std::size_t max_event_patterns = 64;

/// What is chosen. No pattern: everything.
struct EventFilter {
  std::vector<EventPattern> patterns = {};
  std::optional<std::string> entity_id = {};

  bool fits(Entity entity, Action action, std::string_view id) const {
    if (entity_id && *entity_id != id) return false;
    return patterns.empty() ||
           std::ranges::any_of(patterns, [&](EventPattern const& p) { return p.fits(entity, action); });
  }
};

/// "contact_number.*,call.*"; nothing where a part is none, or there are too many.
std::optional<std::vector<EventPattern>> parse_event_patterns(std::string_view comma_separated);
std::string to_string(std::vector<EventPattern> const&);

}  // namespace linebook
