#include "http/events/backlog_turn.h"

#include <utility>

namespace linebook::http {

void BacklogTurn::read(std::unique_ptr<ReadJob> page) {
  {
    std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(page));
    if (std::exchange(is_reading_, true)) return;
    is_handing_on_ = true;
  }
  hand_on();
}

void BacklogTurn::over() {
  {
    std::scoped_lock lock(mutex_);
    if (is_handing_on_) {
      ended_meanwhile_ = true;
      return;
    }
    is_handing_on_ = true;
  }
  hand_on();
}

/// Gives the turn to the next page, and on where that is over before this returns: a store that refuses
/// answers within the call.
void BacklogTurn::hand_on() {
  for (;;) {
    std::unique_ptr<ReadJob> next;
    {
      std::scoped_lock lock(mutex_);
      ended_meanwhile_ = false;
      if (waiting_.empty()) {
        is_reading_ = is_handing_on_ = false;
        return;
      }
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    store_.read(ReadCost::unbounded, std::move(next));
    std::scoped_lock lock(mutex_);
    if (ended_meanwhile_) continue;
    is_handing_on_ = false;
    return;
  }
}

}  // namespace linebook::http
