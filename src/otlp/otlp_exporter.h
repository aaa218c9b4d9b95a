// Sends spans to a collector by OTLP over HTTP, in JSON, from a thread of its own. A bounded queue lies
// between: where the collector is slow or away, spans are dropped and counted, and nothing else notices.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/ports/tracing.h"
#include "base/result.h"
#include "otlp/otlp_json.h"

namespace linebook {

/// The lines of a file of headers, "Name: value" each, for whoever is to see them. An error names the line,
/// never what is in it.
Result<std::vector<std::string>> read_header_file(std::string const& path);

class OtlpExporter final : public TraceRecorder {
 public:
  static constexpr std::size_t max_waiting = 8192;  // spans; beyond it they are dropped
  static constexpr std::size_t max_batch = 512;     // of a request
  static constexpr std::chrono::milliseconds interval{1000};
  static constexpr std::chrono::seconds request_timeout{10};
  static constexpr int max_attempts = 4;
  static constexpr std::chrono::milliseconds first_pause{500};  // doubled each time
  static constexpr std::chrono::milliseconds stop_patience{1500};

  struct Options {
    std::string url;                   // of the collector, without /v1/traces
    std::vector<std::string> headers;  // "Name: value"; may hold secrets
    TraceResource resource;
    std::function<void(std::string_view)> log;  // when sending begins to fail, and to work again
  };

  OtlpExporter(Options, TraceCounters&);
  /// Sends what waits, as far as that goes within stop_patience.
  ~OtlpExporter() override;
  OtlpExporter(OtlpExporter const&) = delete;
  OtlpExporter& operator=(OtlpExporter const&) = delete;

  void take(Span) override;

 private:
  using Clock = std::chrono::steady_clock;
  enum class Sent { yes, try_again, never };

  void run();
  void send(std::vector<Span> const&);
  Sent post(std::string const& body, std::string& why);
  /// False: there is no time left for another attempt.
  bool pause(std::chrono::milliseconds);
  void tell(std::string const& failure);
  Clock::time_point give_up_at();

  Options const options_;
  TraceCounters& counters_;
  void* handle_ = nullptr;  // libcurl's; of the thread alone, as are these
  bool failing_ = false;

  std::mutex mutex_;
  std::condition_variable filled_;
  std::vector<Span> waiting_;  // under mutex_, as below
  bool stopping_ = false;
  Clock::time_point stops_at_ = Clock::time_point::max();
  std::thread thread_;
};

}  // namespace linebook
