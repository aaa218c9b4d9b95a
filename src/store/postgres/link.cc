#include "store/postgres/link.h"

#include <algorithm>
#include <thread>

namespace linebook::postgres {

std::chrono::milliseconds random_pause(std::chrono::milliseconds longest) {
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(1, longest.count())(random));
}

Connection& Link::open() {
  if (connection_ && (!connection_->is_alive() || connection_->is_deposed())) drop();
  if (!connection_)
    connection_ =
        std::make_unique<Connection>(endpoint_.settings, bounds_, endpoint_.statements, endpoint_.counters);
  return *connection_;
}

Connection& Link::open_while(std::function<bool()> const& goes_on) {
  for (auto pause = shortest_pause;; pause = std::min(2 * pause, longest_pause)) {
    try {
      return open();
    } catch (ConnectionLost const&) {
      if (!goes_on()) throw;
    }
    std::this_thread::sleep_for(pause / 2 + random_pause(pause));
  }
}

}  // namespace linebook::postgres
