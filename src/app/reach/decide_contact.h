// May this number be reached? Gathers the facts, asks the rule (domain/reach/decision.h), and keeps what it
// decided. (Spec: Decisions.)
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/do_not_call_lists.h"
#include "app/ports/store.h"
#include "app/reach/calling_hours_in_force.h"
#include "domain/reach/decision_record.h"

namespace linebook {

/// A forecast looks no further ahead.
inline constexpr std::chrono::days max_forecast{30};
/// What clocks may differ by: an `at` that has just passed is now.
inline constexpr std::chrono::seconds forecast_grace{5};
/// More entries with one number than this are not asked: a decision on such a number is refused.
inline constexpr std::int64_t max_entries_asked = 100;
inline constexpr std::size_t max_decisions_at_once = 1000;

/// What the rule knows beside the books. All of it outlives whoever decides.
struct ReachRules {
  DoNotCallLists const& lists;
  TimeZones const& zones;
  CallingHoursInForce& calling_hours;
  Policies const& policies;
};

enum class Emergencies { refused, allowed };

struct ContactQuestion {
  std::optional<ContactNumberId> phone = {};  // this, or
  std::optional<TenDigits> number = {};       // this
  Channel channel = Channel::call;
  Purpose purpose = Purpose::care;
  Voice voice = Voice::artificial;
  std::optional<LineId> line = {};
  std::optional<Instant> at = {};                  // nothing: now
  Emergencies emergencies = Emergencies::refused;  // whether the caller may ask for one
  /// Of what is asked about again: when its own attempt was counted. Nothing: it was not yet.
  std::optional<Instant> counted_at = {};
  Problems problems = {};
};

/// Keeps others who count attempts on the number of this question from doing so until this job has ended.
/// Before the decision whose attempt is counted.
void hold_attempts(Transaction&, AccountId, TenDigits const&);

/// Decides and keeps nothing. forbidden for an emergency that is not the caller's to declare; not_found for
/// an unknown number or line; validation_error over what was wrong with the question.
Result<Decision> decide_contact(Transaction const&, AccountId, Instant now, ReachRules const&,
                                ContactQuestion const&);

/// The same, and kept, but for a question about another time than now.
Result<Decision> record_decision(Transaction&, Context const&, ReachRules const&, ContactQuestion const&);

/// The decision gets an id, and is appended.
void keep_decision(Transaction&, Context const&, Decision&);

/// Whether calls or texts can leave from it.
LineFacts line_facts(Transaction const&, Policies const&, Line const&, Channel);

}  // namespace linebook
