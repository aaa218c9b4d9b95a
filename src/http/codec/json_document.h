// A request's body as JSON, read strictly: what two parsers could understand differently is refused.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "base/result.h"

namespace linebook::http {

inline constexpr std::size_t max_json_depth = 32;

/// malformed_json, saying where, for anything that is not one JSON text (RFC 8259), and for duplicate keys,
/// invalid UTF-8, NUL in a string, and nesting deeper than max_json_depth.
Result<boost::json::value> parse_json(std::string_view body);

}  // namespace linebook::http
