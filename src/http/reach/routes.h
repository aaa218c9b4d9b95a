// The routes of reaching people: decisions, consents, suppressions, the policy, outcomes, and the SIP gate.
#pragma once

#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

std::vector<Route> decision_routes();
std::vector<Route> consent_routes();
std::vector<Route> suppression_routes();
std::vector<Route> contact_policy_routes();
std::vector<Route> outcome_routes();
std::vector<Route> outbound_routes();
std::vector<Route> do_not_call_list_routes();

}  // namespace linebook::http
