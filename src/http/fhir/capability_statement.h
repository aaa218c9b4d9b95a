// What the FHIR facade can do, as FHIR servers say it (https://hl7.org/fhir/R4/capabilitystatement.html).
#pragma once

#include <string>
#include <string_view>

namespace linebook::http {

/// `base`: where the facade is.
std::string capability_statement(std::string_view base);

}  // namespace linebook::http
