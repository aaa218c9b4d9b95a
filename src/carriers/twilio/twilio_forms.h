// What Twilio is told, as the forms that its REST API (2010-04-01) takes. Pure.
#pragma once

#include "app/ports/carrier.h"
#include "carriers/twilio/form.h"

namespace linebook::twilio {

/// Characters of TwiML that a request may hold.
inline constexpr std::size_t max_twiml = 4000;

/// Says what is wanted, and clears only what is set: Twilio's document forbids empty sids, and a trunk or an
/// application, where one is set, goes before the URL.
Form form_of(VoiceSettings const& now, VoiceSettings const& wanted);

/// refused: it has nothing to say, or more than a request may hold.
CarrierResult<Form> form_of(CallToPlace const&);

Form form_of(TextToSend const&);

}  // namespace linebook::twilio
