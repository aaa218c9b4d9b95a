// The area codes of the North American Numbering Plan that are assigned, with where they are. The table is
// compiled in; script/generate-area-codes makes it from a current public source.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace linebook {

enum class AreaCodeKind {
  geographic,
  toll_free,
  premium,
  personal,    // follow-me numbers: 5YY, and 6YY in Canada
  carrier,     // 700: whatever the caller's long-distance carrier makes of it
  government,  // 710
};

struct AreaCode {
  static constexpr std::size_t max_timezones = 4;

  std::string_view code;     // "585"
  std::string_view country;  // ISO 3166-1 "US"; empty where a non-geographic code serves several
  std::string_view region;   // postal code of the US state or Canadian province, "NS/PE" for two; else empty
  AreaCodeKind kind;
  std::array<std::string_view, max_timezones> zones;  // IANA names, unused ones empty

  /// The IANA time zones in use there, that of most people first; none for non-geographic codes.
  constexpr std::span<std::string_view const> timezones() const {
    std::size_t used = 0;
    while (used < zones.size() && !zones[used].empty()) ++used;
    return {zones.data(), used};
  }
};

/// Nothing for a code that is not assigned, and for text that is not three ASCII digits. Constant time.
std::optional<AreaCode> find_area_code(std::string_view three_digits);

/// All of them, ascending.
std::span<AreaCode const> all_area_codes();

/// The date of the table, "2026-11-22".
std::string_view area_codes_as_of();

/// "toll_free"
std::string_view to_string(AreaCodeKind);

}  // namespace linebook
