// The routes of contact numbers and of the people who have them.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> contact_number_routes();
std::vector<Route> people_routes();

}  // namespace linebook::http
