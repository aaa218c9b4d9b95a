#include "domain/verification/verification.h"

#include <algorithm>

namespace linebook {
namespace {

/// Of one bound: `max` within `period`.
SendsLeft left_of(std::vector<Instant> sends, Instant now, int max, std::chrono::hours period) {
  std::erase_if(sends, [&](Instant at) { return at <= now - period; });
  std::ranges::sort(sends);
  auto const count = max - static_cast<int>(sends.size());
  if (count > 0) return {count, {}};
  return {0, sends[sends.size() - static_cast<std::size_t>(max)] + period};
}

}  // namespace

SendsLeft sends_left(std::vector<Instant> const& sends, Instant now) {
  auto const hour = left_of(sends, now, max_sends_an_hour, std::chrono::hours(1));
  auto const day = left_of(sends, now, max_sends_a_day, std::chrono::hours(24));
  if (hour.count > 0 && day.count > 0) return {std::min(hour.count, day.count), {}};
  return {0, std::max(hour.next_at.value_or(now), day.next_at.value_or(now))};
}

std::string masked(TenDigits const& number) { return "•••" + std::string(number.view().substr(6)); }

}  // namespace linebook
