// The routes of calls: where they go, how they went, and what carriers tell of them.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> call_routing_routes();
std::vector<Route> call_routes();
std::vector<Route> carrier_routes();

}  // namespace linebook::http
