// A list of people to be called, one entry a person, by an auto-dialer that pulls or by Linebook itself.
// (Spec: Dial lists.)
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/calls/call_record.h"
#include "domain/contacts/contact_number.h"
#include "domain/contacts/person.h"
#include "domain/numbers/ten_digits.h"
#include "domain/reach/attempt.h"
#include "domain/reach/contact_purpose.h"

namespace linebook {

enum class Dialer { pull, linebook };
std::string_view to_string(Dialer);
std::optional<Dialer> parse_dialer(std::string_view);

enum class DialListStatus {
  running,
  paused,    // gives nobody out until it is resumed
  stopped,   // for good
  finished,  // nobody is left to be called, or its time is over
};
std::string_view to_string(DialListStatus);
std::optional<DialListStatus> parse_dial_list_status(std::string_view);

/// Whom a list takes in by itself: all of them, as they are when it is filled.
struct DialFilter {
  PersonType person_type = PersonType::patient;
  std::optional<std::string> text = {};  // as the search of people has it
  std::optional<PhoneType> phone_type = {};
  std::optional<bool> verified = {};
  std::optional<std::string> state = {};
};

/// How long after an outcome a person is tried again.
struct RetryAfter {
  std::chrono::seconds no_answer{std::chrono::hours(4)};
  std::chrono::seconds busy{std::chrono::minutes(15)};
  std::chrono::seconds voicemail{std::chrono::hours(24)};

  bool operator==(RetryAfter const&) const = default;
};

inline constexpr std::size_t max_people_at_once = 10'000;  // in one request
inline constexpr std::int64_t max_dial_entries = 2'000'000;
inline constexpr int max_dial_attempts = 20;
inline constexpr std::size_t max_dial_lines = 50;
inline constexpr std::int64_t max_entries_pulled = 100;  // by one `next`
inline constexpr std::chrono::seconds max_lease{900};
inline constexpr std::chrono::seconds default_lease{300};
inline constexpr std::int64_t max_calls_at_once = 1000;
inline constexpr double max_calls_per_second = 100;

struct DialList {
  DialListId id;
  std::string name;
  Purpose purpose = Purpose::care;
  std::vector<LineId> lines;
  std::vector<PhoneType> phone_types;  // in the order in which they are tried
  int max_attempts = 3;
  RetryAfter retry_after = {};
  std::optional<Instant> starts_at = {};
  std::optional<Instant> ends_at = {};
  Dialer dialer = Dialer::pull;
  // Of Linebook's own dialing.
  std::int64_t calls_at_once = 1;
  double calls_per_second = 1;
  std::optional<AgentId> ai_agent = {};
  Voicemail voicemail = Voicemail::agent;

  DialListStatus status = DialListStatus::running;
  std::optional<DialFilter> filter = {};
  std::optional<std::string> filled_up_to = {};  // of a filter that is still being followed: where it is
  bool filling = false;
  std::int64_t entries = 0;  // how many people
  Instant created_at{};
  Instant updated_at{};

  // Of the node that dials: one at a time, so that the bounds hold.
  std::optional<std::string> lease = {};
  std::optional<Instant> lease_until = {};
  Instant next_call_at{};         // not before: calls_per_second
  std::int64_t calls_placed = 0;  // in all: the lines take turns
};

/// Where an entry stands. `turn_at` says when it is looked at again.
enum class DialEntryState {
  waiting,  // not before turn_at
  ready,    // allowed as far as is known until turn_at, when its window closes: that is the order
  leased,   // given to a dialer until turn_at
  calling,  // Linebook's call for it is under way
  done,     // reached, or told an end
  blocked,  // for good, for `reason`
};
std::string_view to_string(DialEntryState);
std::optional<DialEntryState> parse_dial_entry_state(std::string_view);

struct DialEntry {
  DialEntryId id;
  DialListId list;
  PersonRef person;  // once in its list
  DialEntryState state = DialEntryState::waiting;
  Instant turn_at{};
  int attempts = 0;
  std::optional<std::string> reason = {};  // why it waits or is blocked: a reason's code, or "no_number", …
  std::optional<Outcome> outcome = {};     // of the last attempt
  std::optional<ContactNumberId> phone = {};  // that was chosen last
  std::optional<TenDigits> number = {};
  std::optional<DecisionId> decision = {};  // that gave it out
  std::optional<CallId> call = {};          // of Linebook's own dialing
  Instant updated_at{};
};

/// How many entries stand where, for what reason.
struct DialCount {
  DialEntryState state;
  std::optional<std::string> reason = {};
  std::int64_t entries = 0;
  Instant first_turn_at{};
};

/// Does it give anybody out at that time?
bool gives_out(DialList const&, Instant now);

/// "0.5", "10"
std::string to_rate_text(double calls_per_second);

/// From one call of Linebook's own dialing to the next.
std::chrono::milliseconds pause_between_calls(DialList const&);

/// Of a person's numbers, those to call, the best first: of the types that the list names, in their order,
/// primary before others, verified before unverified, oldest first; never one that is known to be wrong or
/// has a do-not-call, and the one that failed last behind all others.
std::vector<ContactNumber const*> numbers_in_turn(std::vector<ContactNumber> const&,
                                                  std::vector<PhoneType> const& types,
                                                  std::optional<ContactNumberId> const& failed = {});

/// The entry after an attempt with that outcome: done, blocked, or waiting for the next.
DialEntry after_outcome(DialEntry, DialList const&, Outcome, Instant now);

}  // namespace linebook
