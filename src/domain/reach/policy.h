// An account's rules of contact: hours, caps, holidays. Versioned: every change makes the next version.
// (Spec: Policy.)
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "domain/contacts/contact_window.h"
#include "domain/reach/calling_hours.h"
#include "domain/reach/contact_purpose.h"

namespace linebook {

inline constexpr std::size_t purposes_with_rules = 3;  // care, service, marketing
inline constexpr std::size_t max_caps = 8;             // a purpose
inline constexpr std::int64_t max_cap_hours = 24 * 31;
inline constexpr std::int64_t max_cap = 1000;
inline constexpr std::size_t max_holidays = 400;
inline constexpr std::int64_t max_texts_kept_days = 3660;
inline constexpr std::size_t max_help_text = 320;  // characters
inline constexpr std::string_view default_help_text =
    "You get texts from this number because your care team has your phone number. Reply STOP to end them.";

/// No more than `max` attempts within `hours`.
struct AttemptCap {
  std::int64_t max;
  std::int64_t hours;

  bool operator==(AttemptCap const&) const = default;
};

struct ContactPolicy {
  std::array<ContactWindow, purposes_with_rules> hours;               // by Purpose
  std::array<std::vector<AttemptCap>, purposes_with_rules> attempts;  // by Purpose
  std::vector<LocalDay> holidays;                                     // ascending, each once
  bool state_rules = true;
  bool require_list = true;
  std::string help_text = std::string(default_help_text);  // what HELP is answered
  std::int64_t texts_kept_days = 365;                      // then their words go
  std::int64_t version = 1;                                // 1: what holds before anybody has said anything
  Instant updated_at{};                                    // of version 1: the account's beginning

  /// 08:00-21:00 every day; marketing 3 in 24 hours, care 5 in 24 hours; states' rules and the national list.
  static ContactPolicy defaults();

  ContactWindow const& hours_for(Purpose p) const { return hours[static_cast<std::size_t>(p)]; }
  std::vector<AttemptCap> const& caps_for(Purpose p) const { return attempts[static_cast<std::size_t>(p)]; }
};

}  // namespace linebook
