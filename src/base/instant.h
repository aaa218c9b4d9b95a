// A point in time, UTC. Kept in whole milliseconds; told to users in whole seconds (RFC 3339), as
// in "2025-02-19T08:50:00Z". Rules take an Instant as an argument: only app/ports/clock.h reads a clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace linebook {

struct Instant {
  std::int64_t milliseconds = 0;  // since 1970-01-01T00:00:00Z

  static constexpr Instant from_seconds(std::int64_t seconds) { return {seconds * 1000}; }
  constexpr std::int64_t seconds() const {  // rounds towards the past, also before 1970
    return milliseconds >= 0 ? milliseconds / 1000 : -((-milliseconds + 999) / 1000);
  }

  constexpr auto operator<=>(Instant const&) const = default;
  constexpr Instant operator+(std::chrono::milliseconds d) const { return {milliseconds + d.count()}; }
  constexpr Instant operator-(std::chrono::milliseconds d) const { return {milliseconds - d.count()}; }
  constexpr std::chrono::milliseconds operator-(Instant other) const {
    return std::chrono::milliseconds(milliseconds - other.milliseconds);
  }
};

/// "2025-02-19T08:50:00Z"; years 0000 to 9999.
std::string to_rfc3339(Instant);
void append_rfc3339(std::string& out, Instant);

/// Accepts RFC 3339 with "Z" or a numeric offset and optional fractional seconds; nothing for anything else.
std::optional<Instant> parse_rfc3339(std::string_view);

/// A calendar date "2025-02-19" that exists.
bool is_calendar_date(std::string_view);

}  // namespace linebook
