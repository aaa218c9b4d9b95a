// A value that one thread now and then replaces while any number of others look at it, none of which ever
// waits: each says in a cache line of its own that it is looking, and whoever replaced the value deletes the
// old one when none of those is looking any more.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <utility>

namespace linebook::lists {

/// Threads share a line where there are more of them; that costs time, nothing else.
inline constexpr std::size_t looking_lines = 64;

inline std::size_t own_looking_line() {
  static std::atomic<std::size_t> next{0};
  thread_local std::size_t const mine = next.fetch_add(1, std::memory_order_relaxed) % looking_lines;
  return mine;
}

template <class T>
class Published {
 public:
  explicit Published(std::unique_ptr<T const> first) : current_(first.release()) {}
  ~Published() { delete current_.load(); }
  Published(Published const&) = delete;
  Published& operator=(Published const&) = delete;

  /// What `look` returns of the value; it keeps no reference to it. Must be short. Any thread.
  template <class Look>
  auto look(Look look) const {
    Looking const looking(lines_[own_looking_line()].threads);
    // After the line above in the one order of all such operations: a replacer that saw nobody looking had
    // already put the new value here.
    return look(*current_.load(std::memory_order_seq_cst));
  }

  /// Returns when nobody looks at the old value, which is then deleted. One thread at a time, not from within
  /// look().
  void replace(std::unique_ptr<T const> next) {
    std::unique_ptr<T const> const old(current_.exchange(next.release(), std::memory_order_seq_cst));
    for (auto const& line : lines_)
      while (line.threads.load(std::memory_order_seq_cst) != 0) std::this_thread::yield();
  }

 private:
  struct alignas(64) Line {
    std::atomic<unsigned> threads{0};
  };
  class Looking {
   public:
    explicit Looking(std::atomic<unsigned>& threads) : threads_(threads) {
      threads_.fetch_add(1, std::memory_order_seq_cst);
    }
    ~Looking() { threads_.fetch_sub(1, std::memory_order_release); }
    Looking(Looking const&) = delete;
    Looking& operator=(Looking const&) = delete;

   private:
    std::atomic<unsigned>& threads_;
  };

  std::atomic<T const*> current_;
  mutable std::array<Line, looking_lines> lines_{};
};

}  // namespace linebook::lists
