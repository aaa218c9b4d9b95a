// Every route of the service.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> all_routes();

}  // namespace linebook::http
