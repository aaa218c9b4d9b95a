// The routes of what needs no token: health, readiness and documents; and of the node itself.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> operation_routes();
std::vector<Route> node_routes();

}  // namespace linebook::http
