// What Twilio's REST API (2010-04-01) answers, read. Fields that we do not use are passed over.
// https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
// https://www.twilio.com/docs/voice/api/call-resource
// https://www.twilio.com/docs/messaging/api/message-resource
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/carrier.h"

namespace linebook::twilio {

/// One IncomingPhoneNumber, Call or Message; nothing for anything else.
std::optional<CarrierNumber> read_number(std::string_view json);
std::optional<CarrierCall> read_call(std::string_view json);
std::optional<CarrierText> read_text(std::string_view json);

/// A page of a list of them. What cannot be read is left out: short codes, SIP addresses and what else is
/// nothing that we could have asked for.
template <class T>
struct Page {
  std::vector<T> items;
  std::string next_page;  // "/2010-04-01/Accounts/…"; empty on the last
};
std::optional<Page<CarrierNumber>> read_number_page(std::string_view json);
std::optional<Page<CarrierCall>> read_call_page(std::string_view json);
std::optional<Page<CarrierText>> read_text_page(std::string_view json);

/// The numbers of an AvailablePhoneNumbers list.
std::optional<std::vector<E164>> read_available(std::string_view json);

/// An answer that is no success: {"code": 21422, "message": "…", "status": 400}.
CarrierError read_error(long http_status, std::string_view json);

}  // namespace linebook::twilio
