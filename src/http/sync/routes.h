// The routes of FHIR sources.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> fhir_source_routes();

}  // namespace linebook::http
