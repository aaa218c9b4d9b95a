#include "domain/lines/carrier_name.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<CarrierName> carrier_names[] = {{CarrierName::twilio, "twilio"},
                                                   {CarrierName::simulator, "simulator"}};

}  // namespace

std::string_view to_string(CarrierName c) { return spell(carrier_names, c); }
std::optional<CarrierName> parse_carrier_name(std::string_view text) { return unspell(carrier_names, text); }

}  // namespace linebook
