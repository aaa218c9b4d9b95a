// Small pieces of what sub-commands print.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace linebook {

/// One JSON value and a line end.
std::string json_line(boost::json::value const&);

/// RFC 3339, or null.
boost::json::value json_time(std::optional<Instant> const&);

/// RFC 3339, or "-" where there is none.
std::string time_or_dash(std::optional<Instant> const&);

/// "1,234,567"
std::string grouped(std::uint64_t);

/// "1 row", "2 rows"
std::string counted(std::uint64_t n, std::string_view one, std::string_view many);

}  // namespace linebook
