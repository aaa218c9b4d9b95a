// Use cases of lines. (Seed 000.) One that returns an Error has changed nothing.
#pragma once

#include <optional>
#include <string>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"
#include "domain/lines/line.h"
#include "domain/lines/pool_number.h"
#include "domain/numbers/e164.h"

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

/// CreateTwilioPhoneNumberDTO: a number by its name, or any that fits the search.
struct CreateTwilioLine {
  LineWishes wishes;
  std::string account_sid;
  std::string auth_token;
  std::optional<E164> number;
  bool purchase = false;  // where the account does not have it
  std::optional<std::string> area_code;
  std::string country_code = "US";
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
/// The intent, committed before the carrier is asked: a line in `provisioning` whose task is due, to be
/// worked off by carrier_steps.h. provider_not_configured where no carrier could reach this installation.
Result<Line> create_line(Transaction&, Context const&, CreateTwilioLine const&);
/// How that has come out by now: the line, `active` or still `provisioning`. Where the carrier refused or
/// failed before anything could be had, the line goes and the error says why.
Result<Line> end_creation(Transaction&, Context const&, LineId const&);

Result<Line> edit_line(Transaction&, Context const&, LineId const&, Precondition<Line> const&,
                       EditLine const&);
enum class AtCarrier { keep, release };

/// The number leaves service at once; a pool number rests before it is given out again. A line that a carrier
/// holds is `releasing` until the carrier has given it back its earlier settings, or has taken the number
/// back. Nothing: it is gone already.
Result<std::optional<Line>> delete_line(Transaction&, Context const&, LineId const&,
                                        Precondition<Line> const&, AtCarrier);
/// How that has come out by now. Nothing: it is gone. Error: why the carrier did not do it; asking again
/// tries again.
Result<std::optional<Line>> end_deletion(Transaction&, Context const&, LineId const&);

enum class ChangedElsewhere { leave, take_back };

/// The line is to be compared with what its carrier has, and what failed is to be tried again. Other lines
/// stay as they are.
Result<Line> begin_sync(Transaction&, Context const&, LineId const&, ChangedElsewhere);
/// What was found: in the line's status. Error: the carrier could not be asked.
Result<Line> end_sync(Transaction&, Context const&, LineId const&);

/// Has whatever was asked of the line's carrier come to an end, for now?
bool is_settled(Transaction const&, AccountId, LineId const&);

/// What delete_line does once the line is found: also the operator's way to free a number.
void remove_line(Transaction&, Context const&, Line const&, Action);

}  // namespace linebook
