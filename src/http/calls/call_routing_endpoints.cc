// GET /routes/{number}: the routing decision, for SIP servers.
#include "app/calls/route_call.h"
#include "domain/numbers/written_number.h"
#include "http/calls/routes.h"
#include "http/lines/line_json.h"
#include "http/lines/line_requests.h"
#include "http/serving/endpoint.h"

namespace linebook::http {
namespace {

/// Callers hide their number or come from abroad: then nobody is found, which is no error. Their extension
/// says nothing about who they are.
std::optional<TenDigits> caller_in(std::string const& from) {
  auto const written = read_written_number(from.starts_with(' ') ? "+" + from.substr(1) : from);
  if (!written) return std::nullopt;
  return written->number;
}

Result<Plan> get_route(Call& call) {
  auto const from = call.query.text_or_empty("from");
  if (from && !call.principal->scopes.has(Scope::contacts_read))
    return fail(ErrorCode::forbidden,
                "from looks into the contact book; this key lacks the scope contacts:read");
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto const caller = from ? caller_in(*from) : std::nullopt;
  return Read{
      ReadCost::bounded,
      [account = call.account(), number = call.parameter(), caller](Transaction const& tx) -> Result<Answer> {
        auto route = route_call(tx, account, number, caller);
        if (!route) return fail(std::move(route.error()));
        return Answer{.body = call_route_json(*route)};
      }};
}

}  // namespace

std::vector<Route> call_routing_routes() {
  return {{Method::get, "/routes/{number}", Scope::lines_read, get_route, RateLimit::exempt}};
}

}  // namespace linebook::http
