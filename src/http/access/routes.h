// The routes of people at the console, signing in and out, and of keys.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> session_routes();
std::vector<Route> key_routes();

}  // namespace linebook::http
