#include "store/postgres/fiber.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace linebook::postgres {
namespace {

TEST(Fiber, GoesOnWhereItStopped) {
  std::string told;
  Fiber one, other;
  one.start([&] {
    told += "a";
    one.suspend();
    told += "b";
    one.suspend();
    told += "c";
  });
  other.start([&] {
    told += "1";
    other.suspend();
    told += "2";
  });
  EXPECT_EQ(told, "a1");
  one.resume();
  other.resume();
  EXPECT_TRUE(other.has_ended());
  EXPECT_FALSE(one.has_ended());
  one.resume();
  EXPECT_TRUE(one.has_ended());
  EXPECT_EQ(told, "a1b2c");
}

TEST(Fiber, IsUsedAgain) {
  IdleFibers idle;
  int runs = 0;
  Fiber* first = nullptr;
  for (int i = 0; i < 100; ++i) {
    auto fiber = idle.take();
    if (first == nullptr) first = fiber.get();
    EXPECT_EQ(fiber.get(), first);
    fiber->start([&, f = fiber.get()] {
      f->suspend();
      ++runs;
    });
    fiber->resume();
    EXPECT_TRUE(fiber->has_ended());
    idle.put_back(std::move(fiber));
  }
  EXPECT_EQ(runs, 100);
}

TEST(Fiber, ThrowsAndCatchesWithinItself) {
  int caught = 0;
  Fiber fiber;
  fiber.start([&] {
    for (int i = 0; i < 2; ++i) {
      try {
        fiber.suspend();
        throw std::runtime_error("inside");
      } catch (std::runtime_error const&) {
        ++caught;
      }
    }
  });
  try {
    fiber.resume();
    throw std::logic_error("outside");
  } catch (std::logic_error const&) {
    fiber.resume();
  }
  EXPECT_EQ(caught, 2);
  EXPECT_TRUE(fiber.has_ended());
}

TEST(Fiber, NeedsNoUse) { Fiber never_started; }

/// Touches about `depth` kilobytes of stack.
int deep(int depth) {
  char volatile frame[1024] = {};
  frame[depth % 1024] = 1;
  return depth == 0 ? frame[0] : deep(depth - 1) + frame[depth % 1024];
}

TEST(Fiber, HasRoomForWhatUseCasesNeed) {
  Fiber fiber;
  int reached = 0;
  fiber.start([&] { reached = deep(100); });
  EXPECT_TRUE(fiber.has_ended());
  EXPECT_GE(reached, 100);
}

}  // namespace
}  // namespace linebook::postgres
