// Through whom a line calls and texts.
#pragma once

#include <optional>
#include <string>

#include "app/context.h"
#include "app/ports/carrier.h"
#include "app/ports/store.h"
#include "domain/dispatch/dispatch.h"
#include "domain/lines/carrier_name.h"
#include "domain/lines/line.h"

namespace linebook {

/// Nothing: nobody that Linebook could ask. A SIP trunk is its own server's; a pool number is carried by
/// whom the operator said, and by the simulator of a demo installation otherwise.
std::optional<CarrierName> carrier_of(Transaction const&, Policies const&, Line const&);

/// What a line's field is told where carrier_of has nobody for a line that is no SIP trunk's.
std::string no_carrier(Channel);

/// The account there by which its requests are paced: "AC…", or "simulator".
std::string carrier_account_of(Policies const&, Line const&, CarrierName);

/// What asks the line's carrier for a call or a text, due now. To be put into the outbox.
Dispatch dispatch_through(Context const&, Line const&, CarrierName, Channel, std::string subject);

/// internal_error: the line's token cannot be read.
Result<CarrierCredentials> carrier_credentials_of(Transaction const&, Context const&, Line const&,
                                                  CarrierName);

}  // namespace linebook
