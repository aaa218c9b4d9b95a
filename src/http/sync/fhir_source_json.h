// How FHIR sources show: never with their token.
#pragma once

#include <string>

#include "domain/sync/fhir_source.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

void write_fhir_source(JsonWriter&, FhirSource const&);
std::string fhir_source_json(FhirSource const&);

}  // namespace linebook::http
