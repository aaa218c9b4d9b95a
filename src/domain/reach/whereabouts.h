// Where those are whom a number reaches, as far as clocks and states' rules ask.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "domain/contacts/contact_window.h"
#include "domain/reach/decision.h"

namespace linebook {

struct NamedZone {
  std::string_view name;  // of the facts, or of the table of area codes
  TimeZone const* zone;
};

/// A person's window, on a clock of that person.
struct ZonedWindow {
  TimeZone const* zone;
  ContactWindow const* window;
};

struct Whereabouts {
  std::vector<NamedZone> zones;  // each once
  std::optional<ZoneSource> source;
  bool zone_unknown = false;  // of somebody
  std::vector<ZonedWindow> windows;
  std::vector<StateHours const*> states;  // whose hours hold, each once
};

/// It keeps views into the facts and pointers into hours and zones.
Whereabouts find_whereabouts(ContactFacts const&, ContactPolicy const&, CallingHours const&,
                             TimeZones const&);

}  // namespace linebook
