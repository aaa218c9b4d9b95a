// Where a piece of work stands in a trace, as W3C's traceparent tells it from one service to the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace linebook {

struct TraceContext {
  std::uint64_t trace_high = 0;
  std::uint64_t trace_low = 0;
  std::uint64_t span = 0;
  bool sampled = false;  // somebody above has decided that this trace is recorded

  /// False: of no trace.
  explicit operator bool() const { return (trace_high | trace_low) != 0; }
};

/// Nothing where the header is not well-formed, or tells of a version that is none.
std::optional<TraceContext> parse_traceparent(std::string_view);

/// As they are written: 32 and 16 hexadecimal digits.
std::string trace_id_text(TraceContext const&);
std::string span_id_text(std::uint64_t span);
/// "00-…-…-01"; for a context of some trace.
std::string traceparent_of(TraceContext const&);

}  // namespace linebook
