#include "domain/reach/policy.h"

namespace linebook {

ContactPolicy ContactPolicy::defaults() {
  constexpr std::string_view every_day[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  // 47 CFR 64.1200(c)(1): not before 8 a.m. and not after 9 p.m.
  auto const window = *ContactWindow::make(every_day, "08:00", "21:00");
  ContactPolicy policy{.hours = {window, window, window}, .attempts = {}, .holidays = {}};
  policy.attempts[static_cast<std::size_t>(Purpose::care)] = {{.max = 5, .hours = 24}};
  policy.attempts[static_cast<std::size_t>(Purpose::marketing)] = {{.max = 3, .hours = 24}};
  return policy;
}

}  // namespace linebook
