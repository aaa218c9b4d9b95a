// The routes of lines and of the agents that answer them.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> line_routes();
std::vector<Route> pool_routes();
std::vector<Route> agent_routes();

}  // namespace linebook::http
