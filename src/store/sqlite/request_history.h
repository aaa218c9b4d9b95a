// The request history in a file of its own beside the books. What is recorded lies in memory, in bounded
// buffers, for half a second at most; one thread then writes it out and answers the reads. The file survives
// a killed process, but makes no promise to survive a power cut: what it cannot read, it starts anew.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/ports/clock.h"
#include "app/ports/request_history.h"

namespace linebook {

struct SqliteRequestHistoryOptions {
  std::uint64_t max_bytes = 1ull << 30;  // in the file; beyond it the oldest records go
  /// Gets the operator's words. Default: a line on stderr.
  std::function<void(std::string_view)> log;
};

class SqliteRequestHistory final : public RequestHistory {
 public:
  static constexpr std::chrono::milliseconds flush_interval{500};
  static constexpr std::size_t buffers = 8;                    // threads share one only beyond this many
  static constexpr std::size_t max_buffered_bytes = 8u << 20;  // in each
  static constexpr std::size_t max_queued_reads = 256;         // beyond it: overloaded
  static constexpr std::int64_t examined_per_page = 20'000;    // records a page looks at
  static constexpr std::size_t max_user_agent = 256;           // bytes

  /// Never fails: while the file cannot be written, records are dropped and counted. `clock` outlives the
  /// history.
  SqliteRequestHistory(std::string path, Clock const& clock, SqliteRequestHistoryOptions = {});
  /// Stops.
  ~SqliteRequestHistory() override;

  /// Answers the reads that wait and writes out what is buffered. Later reads are answered `unavailable`, and
  /// what is recorded later is dropped and counted. A second call does nothing. One thread, but others may go
  /// on recording and reading.
  void stop();

  void record(RequestRecord&&) noexcept override;
  void newest(AccountId, RequestFilter, std::optional<std::int64_t> before, std::int64_t limit,
              std::move_only_function<void(Result<RequestPage>)> done) override;
  std::uint64_t dropped() const override { return dropped_.load(std::memory_order_relaxed); }

 private:
  /// Recorded, not yet written: encoded records behind one another.
  struct alignas(64) Buffer {
    std::mutex mutex;
    std::string bytes;
    std::uint64_t records = 0;
    bool closed = false;
  };
  enum class Flush { usual, last };
  struct Read {
    AccountId account;
    RequestFilter filter;
    std::optional<std::int64_t> before;
    std::int64_t limit;
    std::move_only_function<void(Result<RequestPage>)> done;
  };

  void serve();
  void flush(Flush);
  void answer(Read);

  class File;
  std::unique_ptr<File> file_;  // the thread's alone

  std::array<Buffer, buffers> buffers_;
  std::atomic<std::uint64_t> dropped_{0};

  std::mutex mutex_;
  std::condition_variable called_;
  std::deque<Read> reads_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook
