#include "http/telemetry/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>

#include "http/codec/json_writer.h"

namespace linebook::http {
namespace {

constexpr std::size_t queue_lines = 16 * 1024;  // more than that waiting: the oldest are dropped

std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> instance;
  return instance;
}

spdlog::level::level_enum level_of(Severity s) {
  switch (s) {
    case Severity::debug:
      return spdlog::level::debug;
    case Severity::info:
      return spdlog::level::info;
    case Severity::warn:
      return spdlog::level::warn;
    case Severity::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void begin_line(JsonWriter& json, std::string_view level) {
  auto const now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  json.begin_object().key("time").time({now.count()}).key("level").string(level);
}

void write(spdlog::level::level_enum level, JsonWriter json) {
  json.end_object();
  auto const line = std::move(json).take();
  logger()->log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

Result<void> start_log(std::string_view level) {
  auto const parsed = spdlog::level::from_str(std::string(level));
  if (parsed == spdlog::level::off && level != "off")
    return fail(ErrorCode::validation_error, "log level must be one of debug, info, warn, error, off");
  if (!logger()) {
    spdlog::init_thread_pool(queue_lines, 1);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    logger() = std::make_shared<spdlog::async_logger>("linebook", std::move(sink), spdlog::thread_pool(),
                                                      spdlog::async_overflow_policy::overrun_oldest);
    logger()->set_pattern("%v");
    logger()->flush_on(spdlog::level::warn);
  }
  logger()->set_level(parsed);
  return {};
}

void stop_log() {
  if (!logger()) return;
  logger()->flush();
  // The writing thread ends first, once all is written: it must not be the one that frees the logger.
  spdlog::shutdown();
  logger().reset();
}

bool logs_requests() { return logger() && logger()->should_log(spdlog::level::info); }

void log_request(RequestLine const& r) {
  if (!logs_requests()) return;
  JsonWriter json;
  begin_line(json, "info");
  json.key("event").string("request").key("request_id").string(r.request_id);
  if (!r.trace_id.empty()) json.key("trace_id").string(r.trace_id);
  if (r.account != 0) json.key("account").number(r.account);
  if (!r.key_id.empty()) json.key("key").string(r.key_id);
  json.key("method").string(r.method).key("route").string(r.route).key("status").number(r.status);
  json.key("us").number(r.microseconds).key("bytes").number(static_cast<std::int64_t>(r.bytes));
  json.key("client").string(r.client);
  write(spdlog::level::info, std::move(json));
}

void log_event(Severity severity, std::string_view event, std::string_view message,
               std::string_view request_id) {
  auto const level = level_of(severity);
  if (!logger() || !logger()->should_log(level)) return;
  static constexpr std::string_view names[] = {"debug", "info", "warn", "error"};
  JsonWriter json;
  begin_line(json, names[static_cast<std::size_t>(severity)]);
  json.key("event").string(event).key("message").string(message);
  if (!request_id.empty()) json.key("request_id").string(request_id);
  write(level, std::move(json));
}

}  // namespace linebook::http
