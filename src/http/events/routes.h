// The routes of the event stream.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> event_routes();

}  // namespace linebook::http
