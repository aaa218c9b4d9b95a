// Key material in memory that is never swapped out, is fenced by guard pages, and is zeroed when let go of.
#pragma once

#include <sodium.h>

#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace linebook {

/// `N` zeroed bytes. Throws std::bad_alloc where no memory can be had.
template <std::size_t N>
class LockedBytes {
 public:
  LockedBytes() : bytes_(allocate()) {}

  std::span<unsigned char, N> bytes() { return std::span<unsigned char, N>(bytes_.get(), N); }
  std::span<unsigned char const, N> bytes() const {
    return std::span<unsigned char const, N>(bytes_.get(), N);
  }
  unsigned char* data() { return bytes_.get(); }
  unsigned char const* data() const { return bytes_.get(); }

 private:
  struct Free {
    void operator()(unsigned char* p) const { sodium_free(p); }  // zeroes first
  };

  static unsigned char* allocate() {
    // Any number of calls is fine; the first one picks the fastest implementations and opens the random
    // source.
    if (sodium_init() < 0) throw std::bad_alloc();
    auto* p = static_cast<unsigned char*>(sodium_malloc(N));
    if (p == nullptr) throw std::bad_alloc();
    sodium_memzero(p, N);
    return p;
  }

  std::unique_ptr<unsigned char, Free> bytes_;
};

}  // namespace linebook
