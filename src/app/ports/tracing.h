// Traces: what a request and the work that it causes spent its time on, as spans that hang below one another.
// Most traces are not recorded; then nothing here allocates, and a span costs a look at a pointer. Names and
// notes are ours: routes, names of statements, ids. Never a number, a person's name or a secret.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/trace_context.h"

namespace linebook {

using TraceClock = std::chrono::steady_clock;

/// As OTLP counts them.
enum class SpanKind { internal = 1, server = 2, client = 3 };

struct Span {
  std::string name;
  SpanKind kind = SpanKind::internal;
  TraceContext context;
  std::uint64_t parent = 0;  // 0: the first of its trace
  TraceClock::time_point started;
  TraceClock::time_point ended;
  std::vector<std::pair<std::string_view, std::variant<std::int64_t, std::string>>> notes;  // keys: constants
  bool failed = false;
};

/// Whoever keeps spans for those who look at them. Any thread; never waits.
class TraceRecorder {
 public:
  virtual ~TraceRecorder() = default;
  virtual void take(Span) = 0;
};

/// The place below which further spans hang. Without a recorder none is recorded.
struct TracePlace {
  TraceRecorder* recorder = nullptr;  // outlives whoever has a place
  TraceContext context = {};          // also of a trace that is not recorded here: others are told of it
};

/// Anything but 0, as good as unique.
std::uint64_t random_trace_bits();

/// A span under way. Recorded once it ends, with its destructor at the latest. One thread at a time.
class OpenSpan {
 public:
  OpenSpan() = default;
  /// Below `above`; nothing where that is not recorded.
  OpenSpan(TracePlace const& above, SpanKind kind, std::string_view name,
           TraceClock::time_point started = TraceClock::now()) {
    if (above.recorder != nullptr) open(above, kind, name, started);
  }
  OpenSpan(OpenSpan&&) noexcept = default;
  OpenSpan& operator=(OpenSpan&& other) noexcept {
    end();
    under_way_ = std::move(other.under_way_);
    return *this;
  }
  ~OpenSpan() { end(); }

  bool is_recorded() const { return under_way_ != nullptr; }
  /// For what happens within; nothing where this is not recorded.
  TracePlace place() const {
    return under_way_ ? TracePlace{under_way_->recorder, under_way_->span.context} : TracePlace{};
  }
  void rename(std::string name) {
    if (under_way_) under_way_->span.name = std::move(name);
  }
  void note(std::string_view key, std::int64_t value) {
    if (under_way_) under_way_->span.notes.emplace_back(key, value);
  }
  void note(std::string_view key, std::string_view value) {
    if (under_way_) under_way_->span.notes.emplace_back(key, std::string(value));
  }
  void fail() {
    if (under_way_) under_way_->span.failed = true;
  }
  void end() {
    if (under_way_) record();
  }

 private:
  struct UnderWay {
    TraceRecorder* recorder;
    Span span;
  };
  void open(TracePlace const& above, SpanKind, std::string_view name, TraceClock::time_point started);
  void record();

  std::unique_ptr<UnderWay> under_way_;
};

/// Of a job, as a store works on it: how long it waited, and the transaction that it was part of. One thread
/// at a time.
class JobTrace {
 public:
  /// What one job's statements may add to a trace.
  static constexpr int max_statements = 200;

  JobTrace() = default;
  explicit JobTrace(TracePlace asked_by) : asked_by_(asked_by) {}

  void queued() {
    if (asked_by_.recorder != nullptr) queue_ = OpenSpan(asked_by_, SpanKind::internal, "queue");
  }
  /// Also of one that is run again.
  void begin() {
    if (asked_by_.recorder == nullptr) return;
    queue_.end();
    if (!transaction_.is_recorded()) transaction_ = OpenSpan(asked_by_, SpanKind::internal, "transaction");
  }
  /// Where its statements hang.
  TracePlace place() const { return transaction_.place(); }
  /// `jobs`: in the same transaction.
  void end(bool failed, std::size_t jobs = 1) {
    if (asked_by_.recorder == nullptr) return;
    queue_.end();
    transaction_.note("linebook.transaction.jobs", static_cast<std::int64_t>(jobs));
    if (failed) transaction_.fail();
    transaction_.end();
  }

 private:
  TracePlace asked_by_;
  OpenSpan queue_;
  OpenSpan transaction_;
};

/// Ids of requests are chosen by clients: two accounts may choose the same.
struct TracedRequest {
  AccountId account;
  std::string_view id;
};

/// Decides which traces are recorded: as whoever called us has decided, else by chance. Any thread.
class Tracer {
 public:
  /// Whose traces later work can still be part of.
  static constexpr std::size_t remembered_requests = 8192;

  Tracer() = default;
  /// `ratio` of the traces that begin here, 0 to 1. The recorder outlives this.
  Tracer(TraceRecorder& recorder, double ratio);
  /// Records nothing.
  static Tracer& off();

  /// A span with nothing of ours above it.
  OpenSpan open(SpanKind, std::string_view name, std::optional<TraceContext> const& caller,
                TraceClock::time_point started = TraceClock::now());

  /// What this request asks for is done later, by others: calls, texts, events. They then belong to its
  /// trace.
  void remember(TracedRequest const&, TracePlace const&);
  /// A span of such work; one of a trace of its own where the request is not remembered. `told`: what others
  /// are to be told of it as traceparent, empty where they are to be told nothing.
  OpenSpan open_for_request(SpanKind, std::string_view name, TracedRequest const&, std::string& told);

 private:
  bool is_chosen() const;

  TraceRecorder* recorder_ = nullptr;
  std::uint64_t threshold_ = 0;  // of 2^63
  std::mutex mutex_;
  std::unordered_map<std::string, TracePlace> remembered_;  // under mutex_, as below
  std::vector<std::string> order_;                          // a ring: the oldest makes room
  std::size_t next_ = 0;
};

/// Of what became of spans. Relaxed.
struct TraceCounters {
  std::atomic<std::uint64_t> exported{0};
  std::atomic<std::uint64_t> dropped{0};   // the queue was full, or the collector would not have them
  std::atomic<std::uint64_t> failures{0};  // requests to the collector
  std::atomic<std::int64_t> waiting{0};
};

}  // namespace linebook
