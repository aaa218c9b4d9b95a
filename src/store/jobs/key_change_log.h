// What changed of keys and accounts lately, in memory, so that whoever remembers keys learns it without
// asking a database. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>

#include "app/ports/key_changes.h"

namespace linebook {

class KeyChangeLog {
 public:
  /// Whoever is further behind than this many additions is told to forget everything.
  static constexpr std::size_t max_remembered = 1024;

  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  void add(KeyChanges const& changes) {
    if (!changes.any()) return;
    std::scoped_lock lock(mutex_);
    additions_.push_back(changes);
    if (additions_.size() > max_remembered) additions_.pop_front();
    generation_.fetch_add(1, std::memory_order_release);
  }

  KeyChanges since(std::uint64_t generation) const {
    std::scoped_lock lock(mutex_);
    auto const missed = generation_.load(std::memory_order_relaxed) - generation;
    KeyChanges changes;
    changes.everything = missed > additions_.size();
    if (changes.everything) return changes;
    for (auto at = additions_.end() - static_cast<std::ptrdiff_t>(missed); at != additions_.end(); ++at)
      changes.take(*at);
    return changes;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<KeyChanges> additions_;  // the last one led to generation_
  std::atomic<std::uint64_t> generation_{1};
};

}  // namespace linebook
