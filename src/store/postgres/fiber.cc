#include "store/postgres/fiber.h"

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstddef>
#include <utility>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LINEBOOK_FIBERS_TELL_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define LINEBOOK_FIBERS_TELL_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define LINEBOOK_FIBERS_TELL_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define LINEBOOK_FIBERS_TELL_TSAN 1
#endif
#ifdef LINEBOOK_FIBERS_TELL_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef LINEBOOK_FIBERS_TELL_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace linebook::postgres {
namespace {

// Untouched pages cost nothing; a page that must not be touched lies below.
#ifdef LINEBOOK_FIBERS_TELL_ASAN
constexpr std::size_t fiber_stack_bytes = 1024 * 1024;
#else
constexpr std::size_t fiber_stack_bytes = 256 * 1024;
#endif

struct Stack {
  void const* bottom = nullptr;
  std::size_t size = 0;
};

/// What the sanitizers must be told around a switch; nothing in a build without them.
class StackSwitch {
 public:
  /// `for_good`: nobody comes back to the stack that is left.
  void leave_for([[maybe_unused]] Stack const& stack, [[maybe_unused]] bool for_good = false) {
#ifdef LINEBOOK_FIBERS_TELL_ASAN
    __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_stack_, stack.bottom, stack.size);
#endif
  }
  /// Tells which stack was left to come here.
  Stack arrive() {
    Stack left;
#ifdef LINEBOOK_FIBERS_TELL_ASAN
    __sanitizer_finish_switch_fiber(fake_stack_, &left.bottom, &left.size);
#endif
    return left;
  }

 private:
  [[maybe_unused]] void* fake_stack_ = nullptr;
};

/// The thread sanitizer's notion of a fiber, or of a thread that runs some.
class SanitizedFiber {
 public:
#ifdef LINEBOOK_FIBERS_TELL_TSAN
  static SanitizedFiber current() { return SanitizedFiber(__tsan_get_current_fiber()); }
  static SanitizedFiber make() { return SanitizedFiber(__tsan_create_fiber(0)); }
  void enter() const { __tsan_switch_to_fiber(fiber_, 0); }
  void destroy() const { __tsan_destroy_fiber(fiber_); }

 private:
  explicit SanitizedFiber(void* fiber) : fiber_(fiber) {}
  void* fiber_;
#else
  static SanitizedFiber current() { return {}; }
  static SanitizedFiber make() { return {}; }
  void enter() const {}
  void destroy() const {}
#endif
};

}  // namespace

struct Fiber::Parts {
  boost::context::fiber inside;   // where the function stopped
  boost::context::fiber outside;  // who resumed it
  std::function<void()> work;
  bool ended = true;
  bool over = false;

  Stack stack;
  Stack callers_stack;
  StackSwitch callers_switch;
  StackSwitch own_switch;
  SanitizedFiber sanitized = SanitizedFiber::make();
  SanitizedFiber sanitized_caller = SanitizedFiber::current();

  void enter() {
    sanitized_caller = SanitizedFiber::current();
    callers_switch.leave_for(stack);
    sanitized.enter();
    inside = std::move(inside).resume();
    callers_switch.arrive();
  }

  void go_back() {
    own_switch.leave_for(callers_stack);
    sanitized_caller.enter();
    outside = std::move(outside).resume();
    callers_stack = own_switch.arrive();
  }

  boost::context::fiber run(boost::context::fiber&& caller) {
    outside = std::move(caller);
    callers_stack = own_switch.arrive();
    while (!over) {
      work();
      work = nullptr;
      ended = true;
      go_back();
    }
    own_switch.leave_for(callers_stack, true);
    sanitized_caller.enter();
    return std::move(outside);
  }
};

Fiber::Fiber() : parts_(std::make_unique<Parts>()) {
  boost::context::protected_fixedsize_stack allocator(fiber_stack_bytes);
  auto const memory = allocator.allocate();
  parts_->stack = {static_cast<char*>(memory.sp) - memory.size, memory.size};
  parts_->inside = boost::context::fiber(
      std::allocator_arg, boost::context::preallocated(memory.sp, memory.size, memory), allocator,
      [parts = parts_.get()](boost::context::fiber&& caller) { return parts->run(std::move(caller)); });
}

Fiber::~Fiber() {
  parts_->over = true;
  parts_->enter();
  parts_->sanitized.destroy();
}

void Fiber::start(std::function<void()> work) {
  parts_->work = std::move(work);
  parts_->ended = false;
  parts_->enter();
}

void Fiber::resume() { parts_->enter(); }

bool Fiber::has_ended() const { return parts_->ended; }

void Fiber::suspend() { parts_->go_back(); }

}  // namespace linebook::postgres
