#include "http/api_handler.h"

#include <utility>

#include "base/id.h"
#include "domain/text/shown_text.h"
#include "http/routes.h"
#include "http/serving/answering.h"
#include "http/serving/api_exchange.h"
#include "http/telemetry/log.h"

namespace linebook::http {
namespace {

std::vector<std::string> route_names(Router const& router) {
  std::vector<std::string> names;
  for (auto const& route : router.routes())
    names.push_back(std::string(to_string(route.method)) + " " + std::string(route.pattern));
  return names;
}

void end_span(ApiExchange& exchange, Request const& request, std::string_view route, int status,
              std::size_t bytes) {
  auto& span = exchange.span;
  // Names are ours: a method that matched no route is whatever somebody sent.
  bool const matched = exchange.route != nullptr;
  auto const method = matched ? request.method : std::string_view("_OTHER");
  span.rename(std::string(method) + " " + std::string(route));
  span.note("http.request.method", method);
  span.note("http.route", route);
  span.note("http.response.status_code", status);
  span.note("http.response.body.size", static_cast<std::int64_t>(bytes));
  span.note("linebook.request_id", exchange.request_id);
  if (exchange.principal) {
    span.note("linebook.account", exchange.principal->account.value);
    span.note("linebook.key", exchange.principal->use->id.value);
  }
  if (status >= 500) span.fail();
  span.end();
}

}  // namespace

ApiHandler::ApiHandler(ApiDependencies deps)
    : deps_(deps),
      quality_reports_(deps.store, deps.clock),
      events_({deps.store, deps.clock, deps.events, deps.event_renderer, deps.event_counters,
               deps.most_listeners_of_account}),
      env_{deps.store,
           deps.clock,
           deps.ids,
           deps.secrets,
           deps.policies,
           deps.history,
           deps.carrier_progress,
           PageTokens(deps.secrets),
           quality_reports_,
           {deps.do_not_call_lists, deps.time_zones, calling_hours_, deps.policies},
           deps.simulated_phones,
           deps.database,
           events_,
           deps.outgoing,
           sign_in_attempts_,
           deps.imports,
           deps.disk,
           deps.safekeeping},
      router_(all_routes()),
      metrics_(route_names(router_)),
      keys_(deps.store, deps.secrets),
      accounts_(deps.store, deps.database == nullptr ? Nodes::alone : Nodes::several),
      admission_(router_, keys_, accounts_, deps.secrets),
      plans_(env_) {}

std::unique_ptr<ApiExchange> ApiHandler::begin(Request const& request) {
  auto exchange = std::make_unique<ApiExchange>();
  exchange->now = deps_.clock.now();
  auto const sent_id = request.header("X-Request-Id");
  exchange->request_id =
      sent_id && is_choosable_id(*sent_id) ? std::string(*sent_id) : deps_.ids.next("req_", exchange->now);
  exchange->speaks_fhir = request.path == "/fhir" || request.path.starts_with("/fhir/");
  std::optional<TraceContext> caller;
  if (auto const told = request.header("traceparent")) caller = parse_traceparent(*told);
  auto const received =
      request.received == TraceClock::time_point() ? TraceClock::now() : request.received;  // not parsed yet
  exchange->span = deps_.tracer.open(SpanKind::server, {}, caller, received);
  exchange->trace =
      exchange->span.is_recorded() ? exchange->span.place().context : caller.value_or(TraceContext());
  return exchange;
}

std::optional<Response> ApiHandler::admit(Request const& request, std::unique_ptr<Attachment>& attachment,
                                          Postponement& postponement) {
  if (!attachment) attachment = begin(request);  // else it was recalled
  auto& exchange = static_cast<ApiExchange&>(*attachment);
  if (auto ok = admission_.check(request, exchange, postponement); !ok)
    return fail_with(exchange, ok.error());
  return std::nullopt;
}

Result<Plan> ApiHandler::plan(Request const& request, ApiExchange const& exchange) {
  Call call{.env = env_,
            .principal = exchange.principal ? &*exchange.principal : nullptr,
            .path = request.path,
            .path_parameters = {},
            .query = QueryReader(request.query),
            .body = {},
            .request = request,
            .if_match = {},
            .if_none_match = {},
            .now = exchange.now};
  for (auto raw : exchange.path_parameters) {
    auto decoded = percent_decoded(raw, PlusSign::literal);
    if (!decoded)
      return fail(ErrorCode::invalid_parameter, "the path is not correctly percent-encoded UTF-8");
    call.path_parameters.push_back(std::move(*decoded));
  }
  if (auto const match = request.header("If-Match")) call.if_match = std::string(*match);
  if (auto const match = request.header("If-None-Match")) call.if_none_match = std::string(*match);
  if (body_kind(*exchange.route) == BodyKind::json) {
    auto body = parse_json(request.body);
    if (!body) return fail(std::move(body.error()));
    call.body = std::move(*body);
  }
  return exchange.route->endpoint(call);
}

void ApiHandler::tick() {
  deps_.store.rest();
  events_.tick();
}

void ApiHandler::handle(Request const& request, Attachment* attachment, Reply reply) {
  auto& exchange = static_cast<ApiExchange&>(*attachment);
  if (exchange.trace && exchange.principal && request.method != "GET" && request.method != "HEAD")
    deps_.tracer.remember({exchange.principal->account, exchange.request_id},
                          {exchange.span.place().recorder, exchange.trace});
  auto planned = plan(request, exchange);
  if (!planned) return reply(fail_with(exchange, planned.error()));
  plans_.run(request, exchange, std::move(*planned), std::move(reply));
}

Response ApiHandler::refuse(Request const& request, std::unique_ptr<Attachment>& attachment,
                            Error const& error) {
  // What is refused before it was admitted is logged by its id all the same.
  if (!attachment) attachment = begin(request);
  return fail_with(static_cast<ApiExchange const&>(*attachment), error);
}

void ApiHandler::answered(Request const& request, Attachment* attachment, int status, std::size_t bytes,
                          std::chrono::steady_clock::duration took) {
  auto* exchange = static_cast<ApiExchange*>(attachment);
  auto const* matched = exchange ? exchange->route : nullptr;
  metrics_.count(matched ? router_.index_of(*matched) : metrics_.unmatched(), status, took);
  auto const us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  auto const route = matched ? matched->pattern : std::string_view("unmatched");
  auto const& principal = exchange ? exchange->principal : std::nullopt;
  if (exchange != nullptr && exchange->span.is_recorded()) end_span(*exchange, request, route, status, bytes);
  if (logs_request(status)) {
    auto const client = request.client.to_string();
    auto const trace_id = exchange && exchange->trace ? trace_id_text(exchange->trace) : std::string();
    log_request({.request_id = exchange ? std::string_view(exchange->request_id) : std::string_view(),
                 .trace_id = trace_id,
                 .account = principal ? principal->account.value : 0,
                 .key_id = principal ? std::string_view(principal->use->id.value) : std::string_view(),
                 .method = request.method,
                 .route = route,
                 .status = status,
                 .microseconds = us,
                 .bytes = bytes,
                 .client = client});
  }
  if (!principal) return;
  static constexpr std::size_t max_user_agent = 256;
  deps_.history.record(
      {.account = principal->account,
       .at = exchange->now,
       .method = std::string(request.method),
       .route = std::string(route),
       .status = status,
       .duration_microseconds = us,
       .key_id = principal->use->id.value,
       .user_agent = readable_header(request.header("User-Agent").value_or(""), max_user_agent),
       .request_id = exchange->request_id});
}

}  // namespace linebook::http
