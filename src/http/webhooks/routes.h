// The routes of webhooks.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> webhook_routes();

}  // namespace linebook::http
