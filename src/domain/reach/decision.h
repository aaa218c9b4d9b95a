// May this number be reached, for that, now? One pure function: facts in, verdict out. It fails closed: a
// fact that is not known allows nothing. (Spec: Decisions; the order of reasons is that of its table.)
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "domain/contacts/contact_window.h"
#include "domain/numbers/ten_digits.h"
#include "domain/reach/calling_hours.h"
#include "domain/reach/consent.h"
#include "domain/reach/contact_purpose.h"
#include "domain/reach/policy.h"
#include "domain/reach/time_zones.h"

namespace linebook {

/// In the order in which they are told.
enum class ReasonCode : std::uint8_t {
  invalid_number,
  deceased,
  inactive,
  do_not_call,
  opted_out,
  wrong_number,
  reassigned,
  no_consent,
  consent_expired,
  consent_revoked,
  national_do_not_call,
  state_do_not_call,
  list_missing,
  list_outdated,
  timezone_unknown,
  outside_hours,
  holiday,
  outside_contact_window,
  too_many_attempts,
  undeliverable,
  line_unavailable,
};

std::string_view to_string(ReasonCode);
std::optional<ReasonCode> parse_reason_code(std::string_view);

/// Will it pass by itself? Then it has an `until`.
constexpr bool is_matter_of_time(ReasonCode c) {
  return c == ReasonCode::outside_hours || c == ReasonCode::holiday ||
         c == ReasonCode::outside_contact_window || c == ReasonCode::too_many_attempts;
}

struct Reason {
  ReasonCode code;
  std::string message;           // for people; names no person and no number
  std::optional<Instant> until;  // when this one no longer stands in the way; nothing: not by itself, or not
                                 // within decision_horizon

  bool operator==(Reason const&) const = default;
};

/// next_allowed_at is looked for so far ahead.
inline constexpr std::chrono::days decision_horizon{14};
/// An allowed decision holds no longer.
inline constexpr std::chrono::minutes decision_validity{15};
/// A national list that is older is outdated. (47 CFR 64.1200(c)(2)(i)(D))
inline constexpr std::chrono::days national_list_validity{31};

/// One entry of the book that has the number: it and its person.
struct EntryFacts {
  bool deceased = false;
  bool active = true;
  bool do_not_call = false;
  bool wrong_number = false;                    // since the number last changed or was verified
  bool undeliverable = false;                   // texts; since the number last changed
  std::optional<ConsentStanding> consent = {};  // the latest for this channel and purpose
  /// The latest consent of any kind, or verification, of this entry: from then on the number is known to be
  /// its person's.
  std::optional<Instant> confirmed_at = {};
  std::optional<std::string_view> timezone = {};  // IANA name
  std::optional<ContactWindow> contact_window = {};
  std::optional<std::string_view> state = {};  // two capitals
};

struct LineFacts {
  bool active = false;
  bool does_channel = false;
};

/// What is to be known of a number, as of one moment.
struct ContactFacts {
  Channel channel;
  Purpose purpose;
  Voice voice = Voice::artificial;
  Instant at;  // the moment that is asked about
  TenDigits number;
  /// Those that must allow it: one where an entry was asked about, everybody's where the number was. Empty:
  /// the number is in nobody's book.
  std::vector<EntryFacts> entries = {};
  bool anybody_said_do_not_call = false;       // any entry in the account with that number
  bool suppressed = false;                     // on the account's list, for this channel
  std::optional<LocalDay> reassigned_on = {};  // a reassigned-numbers answer "yes": its date (UTC)
  std::optional<LocalDay> national_list_as_of = {};
  bool on_national_list = false;
  std::vector<std::string> on_state_lists = {};
  /// When it was tried for this purpose (or an unknown one), newest first, as far back as any cap reaches and
  /// no more than max_cap + 1.
  std::vector<Instant> attempts = {};
  std::optional<LineFacts> line = {};
};

enum class ZoneSource : std::uint8_t { person, area_code };
std::string_view to_string(ZoneSource);
std::optional<ZoneSource> parse_zone_source(std::string_view);

struct Verdict {
  std::vector<Reason> reasons = {};  // each code once, in order; empty: allowed
  std::optional<Instant> next_allowed_at = {};
  std::optional<Instant> valid_until = {};
  /// Where allowed: when it will no longer be, as far as is known now and no further ahead than
  /// decision_horizon. Not kept with a decision: it orders those who could be reached.
  std::optional<Instant> open_until = {};
  std::vector<std::string> timezones = {};             // each once
  std::vector<std::chrono::seconds> utc_offsets = {};  // of each zone at `at`
  std::optional<ZoneSource> zone_source = {};

  bool allowed() const { return reasons.empty(); }
};

Verdict decide(ContactFacts const&, ContactPolicy const&, CallingHours const&, TimeZones const&);

/// "2026-11-25T21:40:00-05:00"
std::string to_local_rfc3339(Instant, std::chrono::seconds utc_offset);

}  // namespace linebook
