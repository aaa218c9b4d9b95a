#include "http/telemetry/log.h"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>

#include "app/ports/tracing.h"
#include "base/instant.h"
#include "http/codec/json_writer.h"

namespace linebook::http {
namespace {

constexpr std::size_t queue_lines = 16 * 1024;  // more than that waiting: the oldest are dropped

struct RunningLog {
  std::shared_ptr<spdlog::logger> logger;
  LogFormat format = LogFormat::json;
  bool has_priorities = false;
  double requests = 1;
};

RunningLog& running_log() {
  static RunningLog instance;
  return instance;
}

struct LevelTraits {
  spdlog::level::level_enum level;
  std::string_view name;
  std::string_view priority;  // syslog(3)
};

LevelTraits const& traits_of(Severity severity) {
  static constexpr LevelTraits traits[] = {{spdlog::level::debug, "debug", "<7>"},
                                           {spdlog::level::info, "info", "<6>"},
                                           {spdlog::level::warn, "warn", "<4>"},
                                           {spdlog::level::err, "error", "<3>"}};
  return traits[static_cast<std::size_t>(severity)];
}

/// systemd tells device and inode of the stream that it gave to the service: others may have been put in its
/// place.
bool is_journal() {
  char const* const told = std::getenv("JOURNAL_STREAM");
  struct stat stream{};
  if (told == nullptr || fstat(STDERR_FILENO, &stream) != 0) return false;
  return told == fmt::format("{}:{}", stream.st_dev, stream.st_ino);
}

Instant log_now() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

/// One line in the making: fields one behind the other, in either format.
class Line {
 public:
  Line(Severity severity, std::string_view event)
      : severity_(severity), is_json_(running_log().format == LogFormat::json) {
    auto const& level = traits_of(severity);
    if (is_json_) {
      json_.begin_object()
          .key("time")
          .time(log_now())
          .key("level")
          .string(level.name)
          .key("event")
          .string(event);
      return;
    }
    // The journal has times of its own.
    if (!running_log().has_priorities) text_.append(to_rfc3339(log_now())).append(" ");
    text_.append(level.name).append(" ").append(event);
  }
  /// An event's own words, at the end of a line of text.
  Line& message(std::string_view words) {
    if (is_json_)
      json_.key("message").string(words);
    else
      text_.append(": ").append(in_one_line(words));
    return *this;
  }
  Line& field(std::string_view key, std::string_view value) {
    if (is_json_)
      json_.key(key).string(value);
    else
      text_.append(" ").append(key).append("=").append(in_one_line(value));
    return *this;
  }
  Line& field(std::string_view key, std::int64_t value) {
    if (is_json_)
      json_.key(key).number(value);
    else
      text_.append(" ").append(key).append("=").append(std::to_string(value));
    return *this;
  }
  void write() {
    auto const& level = traits_of(severity_);
    std::string line(running_log().has_priorities ? level.priority : std::string_view());
    if (is_json_) {
      json_.end_object();
      line += std::move(json_).take();
    } else {
      line += text_;
    }
    running_log().logger->log(level.level, spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  /// Whatever is in it, it stays one line.
  static std::string in_one_line(std::string_view text) {
    std::string out(text);
    for (char& c : out)
      if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
    return out;
  }

  Severity const severity_;
  bool const is_json_;
  JsonWriter json_;
  std::string text_;
};

bool is_told(Severity severity) {
  auto const& logger = running_log().logger;
  return logger && logger->should_log(traits_of(severity).level);
}

/// What failed on our side is what an operator looks for: 503 comes with being busy, or a database that is
/// away.
Severity severity_of(int status) {
  if (status < 500) return Severity::info;
  return status == 503 ? Severity::warn : Severity::error;
}

}  // namespace

Result<void> start_log(LogSettings const& settings) {
  auto const level = settings.level == "warning" ? std::string_view("warn") : settings.level;
  auto const parsed = spdlog::level::from_str(std::string(level));
  if (parsed == spdlog::level::off && level != "off")
    return fail(ErrorCode::validation_error, "log level must be one of debug, info, warning, error, off");
  auto& log = running_log();
  log.format = settings.format;
  log.has_priorities = settings.format == LogFormat::journal || is_journal();
  log.requests = settings.requests;
  if (!log.logger) {
    spdlog::init_thread_pool(queue_lines, 1);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    log.logger = std::make_shared<spdlog::async_logger>("linebook", std::move(sink), spdlog::thread_pool(),
                                                        spdlog::async_overflow_policy::overrun_oldest);
    log.logger->set_pattern("%v");
    log.logger->flush_on(spdlog::level::warn);
  }
  log.logger->set_level(parsed);
  return {};
}

void stop_log() {
  auto& logger = running_log().logger;
  if (!logger) return;
  logger->flush();
  // The writing thread ends first, once all is written: it must not be the one that frees the logger.
  spdlog::shutdown();
  logger.reset();
}

bool logs_request(int status) {
  if (!is_told(severity_of(status))) return false;
  auto const part = running_log().requests;
  if (part >= 1 || status >= 500) return true;
  constexpr auto wholes = static_cast<double>(std::uint64_t{1} << 53);
  return part > 0 && static_cast<double>(random_trace_bits() >> 11) < part * wholes;
}

void log_request(RequestLine const& r) {
  Line line(severity_of(r.status), "request");
  line.field("request_id", r.request_id);
  if (!r.trace_id.empty()) line.field("trace_id", r.trace_id);
  if (r.account != 0) line.field("account", r.account);
  if (!r.key_id.empty()) line.field("key", r.key_id);
  line.field("method", r.method).field("route", r.route).field("status", r.status);
  line.field("us", r.microseconds)
      .field("bytes", static_cast<std::int64_t>(r.bytes))
      .field("client", r.client);
  line.write();
}

void log_event(Severity severity, std::string_view event, std::string_view message,
               std::string_view request_id) {
  if (!is_told(severity)) return;
  Line line(severity, event);
  if (running_log().format == LogFormat::json) {
    line.message(message);
    if (!request_id.empty()) line.field("request_id", request_id);
  } else {
    if (!request_id.empty()) line.field("request_id", request_id);
    line.message(message);
  }
  line.write();
}

}  // namespace linebook::http
