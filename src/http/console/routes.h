// The pages for people. They are no part of the API's document.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> console_routes();

}  // namespace linebook::http
