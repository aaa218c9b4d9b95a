// Dates as Twilio writes and takes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace linebook::twilio {

/// "Tue, 31 Aug 2010 20:36:28 +0000" (RFC 2822, always UTC); nothing for anything else.
std::optional<Instant> parse_rfc2822(std::string_view);

/// The day that the moment is on, from its begin: "2010-08-31T00:00:00Z".
std::string begin_of_day(Instant);

}  // namespace linebook::twilio
