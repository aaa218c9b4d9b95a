#include "store/sqlite/request_history.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "store/sqlite/request_encoding.h"
#include "store/sqlite/request_file.h"

namespace linebook {

using namespace sqlite;

namespace {

/// Which buffer the calling thread fills: threads take turns when they first record.
std::size_t buffer_of_this_thread() {
  static std::atomic<std::size_t> threads{0};
  thread_local std::size_t const mine = threads.fetch_add(1, std::memory_order_relaxed);
  return mine % SqliteRequestHistory::buffers;
}

/// Not amid a character.
void cut(std::string& text, std::size_t size) {
  if (text.size() <= size) return;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  text.resize(size);
}

void print_line(std::string_view message) { fmt::print(stderr, "linebook: {}\n", message); }

}  // namespace

class SqliteRequestHistory::File {
 public:
  File(std::string path, Clock const& time, SqliteRequestHistoryOptions options)
      : clock(time),
        log(options.log ? std::move(options.log) : print_line),
        requests(std::move(path), options.max_bytes, log) {}

  Clock const& clock;
  FailureLog const log;
  RequestFile requests;
};

SqliteRequestHistory::SqliteRequestHistory(std::string path, Clock const& clock,
                                           SqliteRequestHistoryOptions options)
    : file_(std::make_unique<File>(std::move(path), clock, std::move(options))) {
  thread_ = std::thread([this] { serve(); });
}

SqliteRequestHistory::~SqliteRequestHistory() { stop(); }

void SqliteRequestHistory::stop() {
  {
    std::scoped_lock lock(mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  called_.notify_one();
  thread_.join();
}

void SqliteRequestHistory::record(RequestRecord&& record) noexcept {
  try {
    cut(record.user_agent, max_user_agent);
    auto& buffer = buffers_[buffer_of_this_thread()];
    std::scoped_lock lock(buffer.mutex);
    if (!buffer.closed && buffer.bytes.size() < max_buffered_bytes) {
      append_request(buffer.bytes, record);
      ++buffer.records;
      return;
    }
  } catch (...) {
    // Out of memory: dropped, as below.
  }
  dropped_.fetch_add(1, std::memory_order_relaxed);
}

void SqliteRequestHistory::newest(AccountId account, RequestFilter filter, std::optional<std::int64_t> before,
                                  std::int64_t limit,
                                  std::move_only_function<void(Result<RequestPage>)> done) {
  std::unique_lock lock(mutex_);
  if (stopping_ || reads_.size() >= max_queued_reads) {
    auto refusal = stopping_ ? store_unavailable() : store_overloaded();
    lock.unlock();
    return done(fail(std::move(refusal)));
  }
  reads_.push_back({account, std::move(filter), before, limit, std::move(done)});
  lock.unlock();
  called_.notify_one();
}

void SqliteRequestHistory::serve() {
  auto next_flush = std::chrono::steady_clock::now() + flush_interval;
  for (;;) {
    std::optional<Read> read;
    bool stopping = false;
    {
      std::unique_lock lock(mutex_);
      called_.wait_until(lock, next_flush, [this] { return stopping_ || !reads_.empty(); });
      stopping = stopping_;
      if (!reads_.empty()) {
        read = std::move(reads_.front());
        reads_.pop_front();
      }
    }
    if (read) answer(std::move(*read));
    bool const last = stopping && !read;
    if (last || std::chrono::steady_clock::now() >= next_flush) {
      flush(last ? Flush::last : Flush::usual);
      next_flush = std::chrono::steady_clock::now() + flush_interval;
    }
    if (last) return;
  }
}

void SqliteRequestHistory::flush(Flush kind) {
  std::string bytes;
  std::uint64_t records = 0;
  for (auto& buffer : buffers_) {
    std::string taken;
    {
      std::scoped_lock lock(buffer.mutex);
      taken.swap(buffer.bytes);
      records += std::exchange(buffer.records, 0);
      buffer.closed = kind == Flush::last;
    }
    bytes += taken;
  }
  if (records > 0) dropped_.fetch_add(file_->requests.write(bytes, records), std::memory_order_relaxed);
  file_->requests.drop_oldest(file_->clock.now() - request_history_kept);
}

void SqliteRequestHistory::answer(Read read) {
  // What is past its time is gone for readers, even while its block still lies there.
  auto const kept_since = file_->clock.now() - request_history_kept;
  if (!read.filter.since || *read.filter.since < kept_since) read.filter.since = kept_since;
  read.done(file_->requests.newest(read.account, read.filter, read.before, read.limit, examined_per_page));
}

}  // namespace linebook
