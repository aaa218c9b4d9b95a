// The routes of the audit trail.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> audit_routes();

}  // namespace linebook::http
