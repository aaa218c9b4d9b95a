// W3C Trace Context: the trace that a request says it belongs to. (https://www.w3.org/TR/trace-context/)
#pragma once

#include <string_view>

namespace linebook::http {

/// The trace id of a `traceparent` header, 32 hexadecimal digits; empty where the header is malformed, which
/// the specification has us ignore.
std::string_view trace_id_of(std::string_view traceparent);

}  // namespace linebook::http
