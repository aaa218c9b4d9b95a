// The routes of verification.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> verification_routes();

}  // namespace linebook::http
