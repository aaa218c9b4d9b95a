#include "domain/reach/whereabouts.h"

#include <algorithm>
#include <array>

#include "domain/numbers/area_codes.h"

namespace linebook {
namespace {

/// What is known of the zones in which one is.
struct ZonesOfOne {
  std::array<NamedZone, AreaCode::max_timezones> zones{};
  std::size_t count = 0;
  bool unknown = false;

  void add(std::string_view name, TimeZones const& database) {
    if (auto const* zone = database.find(name))
      zones[count++] = {name, zone};
    else
      unknown = true;
  }
  std::span<NamedZone const> all() const { return {zones.data(), count}; }
};

ZonesOfOne zones_of(std::optional<AreaCode> const& area, TimeZones const& database) {
  ZonesOfOne found;
  if (area)
    for (auto name : area->timezones()) found.add(name, database);
  // Where an area code spans several, one that the database does not have could be theirs.
  found.unknown |= found.count == 0;
  return found;
}

ZonesOfOne zone_of_person(std::string_view name, TimeZones const& database) {
  // A name that nobody knows is no reason to fall back on the area code: they said that they are elsewhere.
  ZonesOfOne found;
  found.add(name, database);
  return found;
}

void add_state(Whereabouts& where, std::string_view state, CallingHours const& hours) {
  auto const* found = hours.of(state);
  if (found && std::ranges::find(where.states, found) == where.states.end()) where.states.push_back(found);
}

/// "NS/PE" are two.
void add_states_of(Whereabouts& where, AreaCode const& area, CallingHours const& hours) {
  for (auto rest = area.region; !rest.empty();) {
    auto const slash = rest.find('/');
    add_state(where, rest.substr(0, slash), hours);
    rest.remove_prefix(slash == rest.npos ? rest.size() : slash + 1);
  }
}

void add_zones(Whereabouts& where, ZonesOfOne const& theirs, ZoneSource source) {
  where.zone_unknown |= theirs.unknown;
  if (theirs.count == 0) return;
  // One that came from an area code makes the whole no better known than that.
  if (where.source != ZoneSource::area_code) where.source = source;
  for (auto const& zone : theirs.all())
    if (std::ranges::find(where.zones, zone.name, &NamedZone::name) == where.zones.end())
      where.zones.push_back(zone);
}

}  // namespace

Whereabouts find_whereabouts(ContactFacts const& facts, ContactPolicy const& policy,
                             CallingHours const& hours, TimeZones const& database) {
  Whereabouts where;
  auto const area = find_area_code(facts.number.area_code());
  for (auto const& entry : facts.entries) {
    auto const theirs = entry.timezone ? zone_of_person(*entry.timezone, database) : zones_of(area, database);
    add_zones(where, theirs, entry.timezone ? ZoneSource::person : ZoneSource::area_code);
    if (entry.contact_window)
      for (auto const& zone : theirs.all()) where.windows.push_back({zone.zone, &*entry.contact_window});
  }
  if (facts.entries.empty()) add_zones(where, zones_of(area, database), ZoneSource::area_code);
  // Hours of telephone solicitation: what is no marketing is none.
  if (facts.purpose != Purpose::marketing || !policy.state_rules) return where;
  for (auto const& entry : facts.entries)
    if (entry.state) add_state(where, *entry.state, hours);
  if (area) add_states_of(where, *area, hours);
  return where;
}

}  // namespace linebook
