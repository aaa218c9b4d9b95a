// How far a sync has come, and what both sides had, as JSON in a column.
#pragma once

#include <string>
#include <string_view>

#include "app/ports/fhir_sources.h"

namespace linebook {

std::string encode_fhir_progress(FhirProgress const&);
/// Throws std::runtime_error for anything else than what encode_fhir_progress made.
FhirProgress decode_fhir_progress(std::string_view json);

/// What a link's columns do not hold: base and said.
std::string encode_fhir_base(FhirLink const&);
void decode_fhir_base(std::string_view json, FhirLink& into);

}  // namespace linebook
