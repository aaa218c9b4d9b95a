// Reasons in words, for people. None names a person or a number.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "domain/reach/whereabouts.h"

namespace linebook {

/// "calls for care"
std::string contacts_for(Channel, Purpose);

/// "calls for marketing need written consent, and none was given"; `given`: what was given instead.
std::string needs_written_consent(Channel, std::optional<ConsentBasis> given);

/// "it is 21:40 where they are; calls for care are allowed from 08:00 to 21:00"
std::string outside_hours_message(ContactFacts const&, ContactWindow const& policy, Whereabouts const&);
/// "2026-12-25 is a holiday; calls for care are not allowed then"
std::string holiday_message(ContactFacts const&, std::span<LocalDay const> holidays, Whereabouts const&);
/// "it is 21:40 on Wednesday where they are; they want to be reached on mon, tue from 09:00 to 18:00"
std::string outside_window_message(ContactFacts const&, Whereabouts const&);
/// "3 attempts in the last 24 hours; no more than 3 are allowed"
std::string too_many_attempts_message(ContactFacts const&, AttemptCap const&);

}  // namespace linebook
