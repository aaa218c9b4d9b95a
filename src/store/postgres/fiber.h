// A function that can stop in the middle and go on later, on a stack of its own. This is what lets a use
// case, a plain synchronous function, wait for an answer while others of its batch run on the same thread.
//
// One thread resumes a fiber, always the same while a function is under way. The function must not throw, and
// must not suspend inside a catch clause: the run-time keeps one record a thread of what is being caught.
#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace linebook::postgres {

class Fiber {
 public:
  Fiber();
  /// No function is under way.
  ~Fiber();
  Fiber(Fiber const&) = delete;
  Fiber& operator=(Fiber const&) = delete;

  /// Runs `work` until it suspends or ends; before that, nothing was under way.
  void start(std::function<void()> work);
  /// Lets it go on until it suspends again or ends.
  void resume();
  bool has_ended() const;

  /// Called by the function itself: back to whoever started or resumed it.
  void suspend();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Fibers with nothing to do, kept for their stacks. One thread.
class IdleFibers {
 public:
  std::unique_ptr<Fiber> take() {
    if (idle_.empty()) return std::make_unique<Fiber>();
    auto fiber = std::move(idle_.back());
    idle_.pop_back();
    return fiber;
  }
  void put_back(std::unique_ptr<Fiber> fiber) { idle_.push_back(std::move(fiber)); }

 private:
  std::vector<std::unique_ptr<Fiber>> idle_;
};

}  // namespace linebook::postgres
