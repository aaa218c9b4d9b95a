// Backlogs are read a page at a time, one after the other: searches share the store's threads with them.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "app/ports/store.h"

namespace linebook::http {

/// Any thread.
class BacklogTurn {
 public:
  explicit BacklogTurn(Store& store) : store_(store) {}

  /// Reads it when its turn has come. Its done() says over().
  void read(std::unique_ptr<ReadJob>);
  void over();

 private:
  void hand_on();

  Store& store_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<ReadJob>> waiting_;
  bool is_reading_ = false;       // somebody has the turn
  bool is_handing_on_ = false;    // somebody is in hand_on()
  bool ended_meanwhile_ = false;  // the turn that it has given
};

}  // namespace linebook::http
