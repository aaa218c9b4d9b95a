// The routes of contact numbers, of the people who have them, and of lists of either that are kept.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> contact_number_routes();
std::vector<Route> people_routes();
std::vector<Route> saved_list_routes();

}  // namespace linebook::http
