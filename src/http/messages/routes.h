// The routes of texts: those that are sent, those that come in, and how they arrive.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> message_routes();
std::vector<Route> delivery_routes();
std::vector<Route> carrier_text_routes();
std::vector<Route> simulator_routes();

}  // namespace linebook::http
