// How a carrier's failure is told: to whoever asked, and beside the line.
#pragma once

#include <string>

#include "app/ports/carrier.h"
#include "base/error.h"
#include "domain/lines/carrier_task.h"

namespace linebook {

/// For `status_detail` and the ledger: "Twilio refused: … (21422)".
std::string in_words(CarrierFailure const&);

/// For an answer: the carrier's words and code in its details.
Error carrier_failed(CarrierFailure const&);

CarrierFailure failure_of(CarrierError const&);

/// Did the carrier, or the way to it, fail, rather than refuse?
bool is_passing(CarrierFailure const&);

}  // namespace linebook
