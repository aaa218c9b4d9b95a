#include "http/operation/metrics_handler.h"

#include <utility>

#include "http/codec/error_table.h"

namespace linebook::http {

void MetricsHandler::handle(Request const& request, Attachment*, Reply reply) {
  if (request.path != "/metrics") return reply(refused({ErrorCode::not_found, "metrics are at /metrics"}));
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = refused({ErrorCode::method_not_allowed, "metrics take GET, HEAD"});
    response.head += "Allow: GET, HEAD\r\n";
    return reply(std::move(response));
  }
  reply({.status = 200,
         .head = "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
         .body = metrics_text(deps_.requests, deps_.keys, deps_.store, *counters_, deps_.history,
                              deps_.do_not_call_lists, deps_.events, deps_.traces, deps_.disk,
                              deps_.safekeeping, deps_.clock.now(), deps_.database)});
}

Response MetricsHandler::refuse(Request const&, std::unique_ptr<Attachment>&, Error const& error) {
  return refused(error);
}

Response MetricsHandler::refused(Error const& error) const {
  auto const request_id = deps_.ids.next("req_", deps_.clock.now());
  return {.status = status_of(error.code).status,
          .head = "Content-Type: application/json\r\nX-Request-Id: " + request_id + "\r\n",
          .body = error_body(error, request_id)};
}

}  // namespace linebook::http
