#include "http/routes.h"

#include "http/access/routes.h"
#include "http/calls/routes.h"
#include "http/console/routes.h"
#include "http/contacts/routes.h"
#include "http/dialing/routes.h"
#include "http/events/routes.h"
#include "http/fhir/routes.h"
#include "http/imports/routes.h"
#include "http/ledger/routes.h"
#include "http/lines/routes.h"
#include "http/messages/routes.h"
#include "http/operation/routes.h"
#include "http/reach/routes.h"
#include "http/sync/routes.h"
#include "http/verification/routes.h"
#include "http/webhooks/routes.h"

namespace linebook::http {

std::vector<Route> all_routes() {
  std::vector<Route> routes;
  for (auto group : {line_routes,
                     agent_routes,
                     call_routing_routes,
                     call_routes,
                     carrier_routes,
                     message_routes,
                     delivery_routes,
                     carrier_text_routes,
                     simulator_routes,
                     verification_routes,
                     contact_number_routes,
                     people_routes,
                     decision_routes,
                     consent_routes,
                     suppression_routes,
                     contact_policy_routes,
                     outcome_routes,
                     outbound_routes,
                     dial_list_routes,
                     dial_entry_routes,
                     do_not_call_list_routes,
                     pool_routes,
                     node_routes,
                     audit_routes,
                     event_routes,
                     webhook_routes,
                     fhir_routes,
                     fhir_export_routes,
                     fhir_source_routes,
                     session_routes,
                     key_routes,
                     import_routes,
                     console_routes,
                     operation_routes,
                     saved_list_routes})
    for (auto& route : group()) routes.push_back(route);
  return routes;
}

}  // namespace linebook::http
