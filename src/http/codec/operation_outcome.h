// Errors as FHIR tells them: OperationOutcome (https://hl7.org/fhir/R4/operationoutcome.html).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace linebook::http {

inline constexpr std::string_view fhir_media_type = "application/fhir+json";

/// https://hl7.org/fhir/R4/valueset-issue-type.html
std::string_view issue_type_of(ErrorCode);

/// One issue for each thing at fault.
std::string operation_outcome(Error const&);

}  // namespace linebook::http
