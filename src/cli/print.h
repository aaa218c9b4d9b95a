// Small pieces of what sub-commands print.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "domain/access/api_key.h"
#include "domain/lines/pool_number.h"

namespace linebook {

/// An import tells no more of its errors on the terminal.
inline constexpr std::size_t max_told_errors = 20;

/// One JSON value and a line end.
std::string json_line(boost::json::value const&);

/// RFC 3339, or null.
boost::json::value json_time(std::optional<Instant> const&);

/// As every sub-command's --json shows one.
boost::json::object account_json(Account const&);
boost::json::object key_json(ApiKey const&, Account const&, Instant now);
boost::json::object pool_number_json(PoolNumber const&, Instant now);

/// "active", or why the key does not work: "revoked", "expired", "suspended".
std::string key_status(ApiKey const&, AccountStatus, Instant now);
/// "available", "assigned", "withdrawn", or "resting" before it may be given out again.
std::string pool_state(PoolNumber const&, Instant now);

/// RFC 3339, or "-" where there is none.
std::string time_or_dash(std::optional<Instant> const&);

/// "1,234,567"
std::string grouped(std::uint64_t);

/// "1 row", "2 rows"
std::string counted(std::uint64_t n, std::string_view one, std::string_view many);

}  // namespace linebook
