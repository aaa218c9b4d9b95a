// Use cases of lines. (Seed 000.) One that returns an Error has changed nothing.
#pragma once

#include <optional>
#include <string>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"
#include "domain/line.h"
#include "domain/pool_number.h"

namespace linebook {

/// What every create may say, whoever provides the number.
struct LineWishes {
  std::optional<AgentId> ai_agent_id;
  std::optional<AgentId> outbound_ai_agent_id;
  std::optional<std::string> name;
  std::optional<FallbackDestination> fallback_destination;
};

/// CreateByoPhoneNumberDTO. `phone_number` passed the check that `e164_check` asks for.
struct CreateByoLine {
  LineWishes wishes;
  std::string phone_number;
  bool e164_check = true;
  std::optional<std::string> sip_termination_uri;
  std::optional<std::string> sip_username;
  std::optional<std::string> sip_password;
  Problems problems = {};
};

/// CreatePiaPhoneNumberDTO.
struct CreatePiaLine {
  LineWishes wishes;
  PoolWish wish;
  Problems problems = {};
};

/// CreateTwilioPhoneNumberDTO, its fields checked.
struct CreateTwilioLine {
  LineWishes wishes;
  Problems problems = {};
};

/// UpdatePhoneNumberDTO. Which trunk or credential fields the line's provider has is checked here.
struct EditLine {
  Edit<AgentId> ai_agent_id;
  Edit<AgentId> outbound_ai_agent_id;
  Edit<std::string> name;
  Edit<FallbackDestination> fallback_destination;
  Edit<std::string> sip_termination_uri;
  Edit<std::string> sip_username;
  Edit<std::string> sip_password;
  std::optional<std::string> twilio_account_sid;
  std::optional<std::string> twilio_auth_token;
  Problems problems = {};
};

/// phone_number_in_use: the number is in service, somewhere in the installation (which the error does not
/// tell).
Result<Line> create_line(Transaction&, Context const&, CreateByoLine const&);
/// no_number_available: nothing in the pool fits.
Result<Line> create_line(Transaction&, Context const&, CreatePiaLine const&);
/// provider_not_configured, once the fields are right: this build reaches no carrier.
Result<Line> create_line(Transaction&, Context const&, CreateTwilioLine const&);

Result<Line> edit_line(Transaction&, Context const&, LineId const&, Precondition<Line> const&,
                       EditLine const&);
/// The number leaves service at once; a pool number rests before it is given out again.
Result<void> delete_line(Transaction&, Context const&, LineId const&, Precondition<Line> const&);

/// What delete_line does once the line is found: also the operator's way to free a number.
void remove_line(Transaction&, Context const&, Line const&, Action);

}  // namespace linebook
