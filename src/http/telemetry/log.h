// The service's log: one event a line on standard error, as a JSON object or as text, written by a thread of
// its own that never holds a request up. Where standard error is the journal, lines begin with their priority
// (sd-daemon(3)). Phone numbers appear masked, names and secrets never: so only what is listed here can be
// said.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linebook::http {

enum class LogFormat { json, text, journal };  // journal: text with priorities, whatever standard error is

struct LogSettings {
  std::string_view level = "info";  // "debug", "info", "warn", "error" or "off"
  LogFormat format = LogFormat::json;
  double requests =
      1;  // of those that did not fail, this part is told; those that failed on our side all are
};
Result<void> start_log(LogSettings const&);
/// Writes out what waits. Call before the process ends.
void stop_log();

struct RequestLine {
  std::string_view request_id;
  std::string_view trace_id;  // of a W3C traceparent; empty without one
  std::int64_t account = 0;   // 0: none
  std::string_view key_id;
  std::string_view method;
  std::string_view route;  // the pattern: no id, no number
  int status = 0;
  std::int64_t microseconds = 0;
  std::size_t bytes = 0;
  std::string_view client = {};  // address, as a trusted proxy tells it where there is one
};
/// Is this one to be told? Decides by chance where not all are.
bool logs_request(int status);
void log_request(RequestLine const&);

enum class Severity { debug, info, warn, error };
/// An event with a message of our own making. `request_id` may be empty.
void log_event(Severity, std::string_view event, std::string_view message, std::string_view request_id = {});

}  // namespace linebook::http
