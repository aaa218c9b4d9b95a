// A thread of its own that does the same again and again, until it is told to stop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace linebook::postgres {

class Rounds {
 public:
  /// `round` must not throw. The first one begins after `pause`.
  Rounds(std::chrono::milliseconds pause, std::function<void()> round)
      : thread_([this, pause, round = std::move(round)] {
          while (!is_stopped_within(pause)) round();
        }) {}
  ~Rounds() { stop(); }

  void stop() {
    {
      std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    stops_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

 private:
  bool is_stopped_within(std::chrono::milliseconds pause) {
    std::unique_lock lock(mutex_);
    return stops_.wait_for(lock, pause, [this] { return stopping_; });
  }

  std::mutex mutex_;
  std::condition_variable stops_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook::postgres
