// GET /routes/outbound/{to}: the SIP gate. A recorded decision for every call that wants to leave.
#include "app/reach/outbound_route.h"

#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/lines/line_requests.h"
#include "http/reach/decision_json.h"
#include "http/reach/routes.h"
#include "http/serving/endpoint.h"

namespace linebook::http {
namespace {

constexpr int declined = 603;  // RFC 3261

std::string outbound_route_json(OutboundRoute const& route) {
  auto const& [decision, line] = route;
  JsonWriter json;
  json.begin_object().key("action").string(route.relays() ? "relay" : "reject");
  json.key("decision_id").string(decision.id->value);
  if (route.relays()) {
    auto const& trunk = std::get<ByoTrunk>(line.holding);
    json.key("trunk").begin_object();
    json.key("sip_termination_uri").string_or_null(trunk.sip_termination_uri);
    json.key("sip_username").string_or_null(trunk.sip_username).end_object();
    json.key("caller_id").string(line.phone_number);
  } else {
    json.key("sip_status").number(declined);
  }
  json.key("reasons");
  write_reasons(json, decision.verdict.reasons);
  json.key("next_allowed_at");
  json.time(decision.verdict.next_allowed_at);
  json.key("valid_until");
  json.time(decision.verdict.valid_until);
  json.end_object();
  return std::move(json).take();
}

Result<Plan> get_outbound_route(Call& call) {
  ContactQuestion question;
  auto const from_text = call.query.text_or_empty("from");
  std::optional<std::string> from;
  question.purpose = call.query.parsed("purpose", purpose).value_or(Purpose::care);
  if (!from_text || from_text->empty()) {
    call.query.problem("from", "is required: the number of the line that the call leaves from");
  } else if (auto read = line_number(*from_text)) {
    from = std::move(*read);
  } else {
    call.query.problem("from", std::move(read.error()));
  }
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  question.emergencies =
      call.principal->scopes.has(Scope::reach_emergency) ? Emergencies::allowed : Emergencies::refused;
  // A SIP user part may have lost its "+", or had it read as a space.
  auto number = ten_digits(with_plus(call.parameter()));
  if (number)
    question.number = *number;
  else
    question.problems.push_back({"to", std::move(number.error())});
  return Write{[question = std::move(question), from = *from, &rules = call.env.reach](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto route = route_outbound(tx, ctx, rules, from, question);
    if (!route) return fail(std::move(route.error()));
    return Answer{.body = outbound_route_json(*route)};
  }};
}

}  // namespace

std::vector<Route> outbound_routes() {
  return {{Method::get, "/routes/outbound/{to}", Scope::reach_write, get_outbound_route, RateLimit::exempt,
           std::nullopt, Head::refused}};
}

}  // namespace linebook::http
