// Time zones, as far as the rules ask: what the clocks on the wall say at an instant, and until when they go
// on like that. The rules know no source of zones; src/zones/ has the system's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/instant.h"

namespace linebook {

/// A time with one offset from UTC: between two changes of the clocks.
struct ZoneSpan {
  std::chrono::seconds offset;  // local time is UTC plus this
  Instant begins;               // INT64_MIN where there was none before
  Instant ends;                 // the instant of the next change; INT64_MAX where none is known
};

class TimeZone {
 public:
  virtual ~TimeZone() = default;
  /// Any thread.
  virtual ZoneSpan span_at(Instant) const = 0;
};

class TimeZones {
 public:
  virtual ~TimeZones() = default;
  /// By IANA name; null for a name that the database does not have. What is found lives as long as this
  /// object. Any thread.
  virtual TimeZone const* find(std::string_view name) const = 0;
  /// "2025b"
  virtual std::string_view version() const = 0;
};

}  // namespace linebook
