// The routes of dial lists.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> dial_list_routes();
std::vector<Route> dial_entry_routes();

}  // namespace linebook::http
