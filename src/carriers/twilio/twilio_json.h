// What Twilio's REST API (2010-04-01) answers, read. Fields that we do not use are passed over.
// https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/carrier.h"

namespace linebook::twilio {

/// One IncomingPhoneNumber; nothing for anything else.
std::optional<CarrierNumber> read_number(std::string_view json);

/// A page of them.
struct NumberPage {
  std::vector<CarrierNumber> numbers;
  std::string next_page;  // "/2010-04-01/Accounts/…"; empty on the last
};
std::optional<NumberPage> read_page(std::string_view json);

/// The numbers of an AvailablePhoneNumbers list.
std::optional<std::vector<E164>> read_available(std::string_view json);

/// An answer that is no success: {"code": 21422, "message": "…", "status": 400}.
CarrierError read_error(long http_status, std::string_view json);

}  // namespace linebook::twilio
