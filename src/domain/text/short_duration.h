// Lengths of time as people type them at a prompt: "30s", "5m", "2h", "90d", "4w".
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace linebook {

/// One whole number and one unit, or as ISO 8601 writes it ("PT5M", as answers show it); nothing for anything
/// else, and for no time at all.
std::optional<std::chrono::seconds> parse_short_duration(std::string_view);

}  // namespace linebook
