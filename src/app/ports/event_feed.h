// The newest events of an account, kept in memory for everybody who follows it on this node: one reader of
// the ledger feeds streams, long polls and webhooks. (Spec: Live stream; docs/EVENTS.md)
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "app/ports/events.h"

namespace linebook {

/// The end of one account's ledger, gapless. Any thread.
class EventWindow {
 public:
  /// What a reader may lag behind: older events leave the window. Less where many accounts are followed.
  static constexpr std::size_t max_bytes = 1024 * 1024;

  enum class Seen { all, stopped, not_here };

  /// Calls `visit(event)` for the events behind `after`, oldest first, until it returns false. not_here: the
  /// events right behind `after` have left the window, or it does not reach back that far yet. `visit` is
  /// called under the window's lock: it must be quick.
  template <class Visit>
  Seen look(std::int64_t after, Visit visit) const {
    std::scoped_lock lock(mutex_);
    if (!is_known_ || after + 1 < first_) return Seen::not_here;
    for (auto i = static_cast<std::size_t>(std::max<std::int64_t>(after + 1 - first_, 0)); i < events_.size();
         ++i)
      if (!visit(events_[i])) return Seen::stopped;
    return Seen::all;
  }

  /// Has it been found out yet where it begins?
  bool is_known() const {
    std::scoped_lock lock(mutex_);
    return is_known_;
  }

  // For the one who feeds it:
  /// Where it begins, empty, behind this sequence.
  void begin_behind(std::int64_t sequence) {
    std::scoped_lock lock(mutex_);
    events_.clear();
    bytes_ = 0;
    first_ = sequence + 1;
    is_known_ = true;
  }
  void append(std::vector<Event> more, std::size_t most_bytes = max_bytes) {
    std::scoped_lock lock(mutex_);
    for (auto& event : more) {
      bytes_ += event.json.size();
      events_.push_back(std::move(event));
    }
    while (bytes_ > most_bytes) {
      bytes_ -= events_.front().json.size();
      events_.pop_front();
      ++first_;
    }
  }

 private:
  mutable std::mutex mutex_;
  std::deque<Event> events_;
  std::size_t bytes_ = 0;
  std::int64_t first_ = 0;  // sequence of the first event, or of the next one where there is none
  bool is_known_ = false;
};

/// Somebody who follows an account, for as long as this lives. Must be gone before the feed is.
class Following {
 public:
  virtual ~Following() = default;
  virtual EventWindow const& window() const = 0;
};

class EventFeed {
 public:
  virtual ~EventFeed() = default;

  /// Follows an account. `news` is called when there is something new in the window, at first once it is
  /// known; on a thread of the feed's, under its lock: it must be quick and ask nothing of the feed. `after`
  /// is where the follower stands, so that the window may begin there.
  virtual std::unique_ptr<Following> follow(AccountId, std::int64_t after, std::function<void()> news) = 0;
};

}  // namespace linebook
