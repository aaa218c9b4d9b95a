#include "otlp/otlp_exporter.h"

#include <curl/curl.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <utility>

namespace linebook {
namespace {

constexpr long http_ok = 200;
constexpr std::size_t max_header_file_lines = 100;

bool otlp_curl_is_ready() {
  static CURLcode const ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  return ready == CURLE_OK;
}

std::size_t drop_answer(char*, std::size_t, std::size_t size, void*) { return size; }

/// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_header(std::string_view line) {
  auto const colon = line.find(':');
  return colon != line.npos && is_token(line.substr(0, colon)) &&
         std::ranges::all_of(line, [](char c) { return c == '\t' || (c >= ' ' && c != '\x7f'); });
}

/// As the specification of OTLP has it: these alone are worth another attempt.
bool is_worth_another(long status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

Result<std::vector<std::string>> read_header_file(std::string const& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::validation_error, "cannot read " + path);
  std::vector<std::string> lines;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    if (!is_header(line) || number > max_header_file_lines)
      return fail(ErrorCode::validation_error,
                  "line " + std::to_string(number) + " of " + path + " is no header: Name: value");
    lines.push_back(std::move(line));
  }
  return lines;
}

OtlpExporter::OtlpExporter(Options options, TraceCounters& counters)
    : options_(std::move(options)), counters_(counters) {
  handle_ = otlp_curl_is_ready() ? curl_easy_init() : nullptr;
  thread_ = std::thread([this] { run(); });
}

OtlpExporter::~OtlpExporter() {
  {
    std::scoped_lock const lock(mutex_);
    stopping_ = true;
    stops_at_ = Clock::now() + stop_patience;
  }
  filled_.notify_one();
  thread_.join();
  curl_easy_cleanup(handle_);
}

void OtlpExporter::take(Span span) {
  std::unique_lock lock(mutex_);
  if (stopping_ || waiting_.size() >= max_waiting) {
    counters_.dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  waiting_.push_back(std::move(span));
  counters_.waiting.store(std::ssize(waiting_), std::memory_order_relaxed);
  bool const is_full = waiting_.size() == max_batch;
  lock.unlock();
  if (is_full) filled_.notify_one();
}

void OtlpExporter::run() {
  for (;;) {
    std::vector<Span> batch;
    {
      std::unique_lock lock(mutex_);
      filled_.wait_for(lock, interval, [this] { return stopping_ || waiting_.size() >= max_batch; });
      auto const end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), max_batch));
      std::move(waiting_.begin(), end, std::back_inserter(batch));
      waiting_.erase(waiting_.begin(), end);
      counters_.waiting.store(std::ssize(waiting_), std::memory_order_relaxed);
      if (batch.empty() && stopping_) return;
    }
    if (!batch.empty()) send(batch);
  }
}

void OtlpExporter::send(std::vector<Span> const& batch) {
  auto const body = spans_as_otlp_json(options_.resource, batch, trace_clock_epoch());
  auto wait = first_pause;
  std::string why;
  for (int attempt = 1;; ++attempt, wait *= 2) {
    if (Clock::now() >= give_up_at()) break;
    auto const sent = post(body, why);
    if (sent == Sent::yes) {
      counters_.exported.fetch_add(batch.size(), std::memory_order_relaxed);
      return tell({});
    }
    counters_.failures.fetch_add(1, std::memory_order_relaxed);
    tell(why);
    if (sent == Sent::never || attempt == max_attempts || !pause(wait)) break;
  }
  counters_.dropped.fetch_add(batch.size(), std::memory_order_relaxed);
}

OtlpExporter::Clock::time_point OtlpExporter::give_up_at() {
  std::scoped_lock const lock(mutex_);
  return stops_at_;
}

bool OtlpExporter::pause(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  return !filled_.wait_for(lock, wait, [this] { return stopping_; });
}

OtlpExporter::Sent OtlpExporter::post(std::string const& body, std::string& why) {
  if (handle_ == nullptr) {
    why = "libcurl could not be set up";
    return Sent::never;
  }
  auto* const curl = static_cast<CURL*>(handle_);
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(nullptr, &curl_slist_free_all);
  auto const add = [&](char const* line) {
    if (auto* const longer = curl_slist_append(headers.get(), line)) {
      (void)headers.release();
      headers.reset(longer);
    }
  };
  add("Content-Type: application/json");
  add("Expect:");
  for (auto const& line : options_.headers) add(line.c_str());
  auto const url = options_.url + "/v1/traces";
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);  // it would take the headers elsewhere
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::chrono::milliseconds(request_timeout).count()));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "Linebook");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_answer);
  // However slow the collector is, the process ends in time.
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(
      curl, CURLOPT_XFERINFOFUNCTION, +[](void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        return Clock::now() < static_cast<OtlpExporter*>(self)->give_up_at() ? 0 : 1;
      });
  auto const code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    why = curl_easy_strerror(code);  // of a fixed set: holds nothing of the request
    return Sent::try_again;
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status == http_ok) return Sent::yes;
  why = "HTTP " + std::to_string(status);
  return is_worth_another(status) ? Sent::try_again : Sent::never;
}

/// Once when it begins, and once when it ends.
void OtlpExporter::tell(std::string const& failure) {
  bool const fails = !failure.empty();
  if (std::exchange(failing_, fails) == fails || !options_.log) return;
  options_.log(fails ? "spans cannot be sent to " + options_.url + " (" + failure +
                           "); those that are too many meanwhile are dropped"
                     : "spans reach the collector again");
}

}  // namespace linebook
