// The routes of files that are brought in.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> import_routes();

}  // namespace linebook::http
