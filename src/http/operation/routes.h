// The routes of what needs no token: health, readiness and documents.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> operation_routes();

}  // namespace linebook::http
