#include "carriers/simulator/world.h"

namespace linebook::simulator {

void World::tell(Telling const& telling) {
  for (auto const delay : faults.tellings())
    agenda.in(delay, [this, telling] { tell_now(telling, max_tellings); });
}

void World::tell_now(Telling const& telling, int left) {
  auto* const to = listener.load();
  if (to == nullptr || left == 0) return;
  telling(*to, [this, telling, left](bool taken) {
    if (!taken) agenda.in(telling_pause, [this, telling, left] { tell_now(telling, left - 1); });
  });
}

std::string World::next_sid(std::string_view prefix) {
  static constexpr char digits[] = "0123456789abcdef";
  // Those of another run are not given out again: calls and texts are remembered by them.
  auto const parts = {static_cast<std::uint64_t>(agenda.now().milliseconds), ++sids_};
  std::string sid(prefix);
  for (auto const part : parts)
    for (int shift = 60; shift >= 0; shift -= 4) sid += digits[(part >> shift) & 15];
  return sid;
}

}  // namespace linebook::simulator
