// What is to happen in the simulator, and when. Driven by whoever holds the clock: a test that moves it by
// hand, or a thread (run_until_stopped).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "app/ports/clock.h"

namespace linebook::simulator {

class Agenda {
 public:
  using Act = std::move_only_function<void()>;

  explicit Agenda(Clock const& clock) : clock_(clock) {}

  Instant now() const { return clock_.now(); }

  /// Any thread. Dropped once stopped.
  void in(std::chrono::milliseconds, Act);
  /// The same for an answer that somebody waits for: once stopped it comes at once, within this call.
  void answer_in(std::chrono::milliseconds, Act);

  /// When the next one is due.
  std::optional<Instant> next_due() const;
  /// Does all that is due by the clock, in the order in which it came due, without any lock held.
  void catch_up();
  void run_until_stopped();
  /// Gives every answer that is still owed, and does nothing more. Any thread.
  void stop();

 private:
  struct Entry {
    Act act;
    bool is_answer;
  };

  void add(std::chrono::milliseconds, Entry);
  std::optional<Entry> take_due();

  Clock const& clock_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<Instant, std::uint64_t>, Entry> entries_;  // under mutex_, as all below
  std::uint64_t added_ = 0;
  bool stopped_ = false;
};

}  // namespace linebook::simulator
