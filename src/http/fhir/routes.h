// What http/fhir offers: the contact book as a FHIR R4 server. (docs/FHIR.md)
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> fhir_routes();
std::vector<Route> fhir_export_routes();

}  // namespace linebook::http
