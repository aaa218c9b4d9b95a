#include "http/api_handler.h"

#include <algorithm>
#include <utility>

#include "base/id.h"
#include "http/error_table.h"
#include "http/log.h"
#include "http/shown_text.h"
#include "http/trace_context.h"

namespace linebook::http {

/// What the service knows of one request between its first and its last step.
struct ApiHandler::Exchange final : Attachment {
  std::string request_id;
  std::string trace_id;
  Instant now;
  Route const* route = nullptr;
  std::size_t route_index = 0;
  std::vector<std::string_view> path_parameters;
  std::optional<Principal> principal;
  std::string rate_limit_head;  // X-RateLimit-* lines, where requests are counted
  std::string refusal_head;     // what a refusal adds: Allow, WWW-Authenticate, Retry-After
};

namespace {

std::vector<std::string> route_names(Router const& router) {
  std::vector<std::string> names;
  for (auto const& route : router.routes())
    names.push_back(std::string(to_string(route.method)) + " " + std::string(route.pattern));
  return names;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

bool is_of_type(std::string_view content_type, std::string_view wanted) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return equal_without_case(type, wanted);
}

/// "application/json", with any parameters: JSON is UTF-8 whatever they say.
bool is_json(std::string_view content_type) { return is_of_type(content_type, "application/json"); }
bool is_form(std::string_view content_type) { return is_of_type(content_type, form_type); }

/// The token of "Authorization: Bearer <token>"; empty when there is none.
std::string_view bearer_token(Request const& request) {
  auto const header = request.header("Authorization");
  static constexpr std::string_view scheme = "Bearer ";
  if (!header || header->size() <= scheme.size() ||
      !equal_without_case(header->substr(0, scheme.size()), scheme))
    return {};
  auto token = header->substr(scheme.size());
  while (token.starts_with(' ')) token.remove_prefix(1);
  return token;
}

Result<std::optional<IdempotentRequest>> idempotent_request(Request const& request,
                                                            Principal const& principal, Route const& route,
                                                            Secrets const& secrets) {
  auto const key = request.header("Idempotency-Key");
  if (!key || route.method != Method::post) return std::nullopt;
  if (!is_idempotency_key(*key)) {
    return fail(ErrorCode::invalid_parameter, "Idempotency-Key must be 1 to 255 printable ASCII characters",
                {{"Idempotency-Key", "must be 1 to 255 printable ASCII characters"}});
  }
  return IdempotentRequest{
      {principal.account, principal.use->id.value, std::string(route.pattern), std::string(*key)},
      hash_of_body(secrets, request.body)};
}

}  // namespace

ApiHandler::ApiHandler(ApiDependencies deps)
    : deps_(deps),
      quality_reports_(deps.store, deps.clock),
      env_{deps.store,
           deps.clock,
           deps.ids,
           deps.secrets,
           deps.policies,
           deps.history,
           deps.carrier_progress,
           PageTokens(deps.secrets),
           quality_reports_,
           deps.database},
      router_(all_routes()),
      metrics_(route_names(router_)),
      keys_(deps.store, deps.secrets) {}

std::unique_ptr<ApiHandler::Exchange> ApiHandler::begin(Request const& request) {
  auto exchange = std::make_unique<Exchange>();
  exchange->now = deps_.clock.now();
  auto const sent_id = request.header("X-Request-Id");
  exchange->request_id =
      sent_id && is_choosable_id(*sent_id) ? std::string(*sent_id) : deps_.ids.next("req_", exchange->now);
  if (auto const parent = request.header("traceparent")) exchange->trace_id = trace_id_of(*parent);
  exchange->route_index = metrics_.unmatched();
  return exchange;
}

std::optional<Response> ApiHandler::admit(Request const& request, std::unique_ptr<Attachment>& attachment) {
  auto owned = begin(request);
  auto& exchange = *owned;
  attachment = std::move(owned);

  auto match = router_.match(request.path);
  if (!match)
    return fail_with(exchange, {ErrorCode::not_found, "there is nothing at this path; see /openapi.json"});
  auto const method = parse_method(request.method);
  exchange.route = method ? match->route(*method) : nullptr;
  if (exchange.route == nullptr) {
    auto const allow = match->allow();
    exchange.refusal_head = "Allow: " + allow + "\r\n";
    return fail_with(exchange, {ErrorCode::method_not_allowed, "this path takes " + allow});
  }
  exchange.route_index = router_.index_of(*exchange.route);
  exchange.path_parameters = std::move(match->parameters);

  if (exchange.route->scope) {
    if (auto ok = check_bearer(request, exchange); !ok) return fail_with(exchange, ok.error());
    if (auto ok = check_allowance(exchange); !ok) return fail_with(exchange, ok.error());
    if (!exchange.principal->scopes.has(*exchange.route->scope)) {
      return fail_with(exchange, {ErrorCode::forbidden, "this key lacks the scope " +
                                                            std::string(to_string(*exchange.route->scope))});
    }
  }
  if (auto ok = check_body_head(request, exchange); !ok) return fail_with(exchange, ok.error());
  return std::nullopt;
}

Result<void> ApiHandler::check_bearer(Request const& request, Exchange& exchange) {
  auto const token = bearer_token(request);
  if (!token.empty()) {
    auto found = keys_.find(token, exchange.now);
    if (!found) return fail(std::move(found.error()));
    if (*found) {
      exchange.principal = **found;
      return {};
    }
  }
  exchange.refusal_head = "WWW-Authenticate: Bearer\r\n";
  return fail(ErrorCode::unauthorized, token.empty()
                                           ? "a bearer token is required: send Authorization: Bearer <token>"
                                           : "this token is unknown, revoked or expired");
}

Result<void> ApiHandler::check_allowance(Exchange& exchange) {
  if (exchange.route->rate_limit == RateLimit::exempt || exchange.principal->rate_limit == 0) return {};
  auto const allowance = spend(*exchange.principal, exchange.now);
  auto& head = exchange.rate_limit_head;
  head.reserve(96);
  head.append("X-RateLimit-Limit: ").append(std::to_string(allowance.limit));
  head.append("\r\nX-RateLimit-Remaining: ").append(std::to_string(allowance.remaining));
  head.append("\r\nX-RateLimit-Reset: ").append(std::to_string(allowance.reset_seconds)).append("\r\n");
  if (allowance.granted) return {};
  auto const wait = std::max<std::int64_t>(1, allowance.reset_seconds - exchange.now.seconds());
  exchange.refusal_head = "Retry-After: " + std::to_string(wait) + "\r\n";
  return fail(ErrorCode::too_many_requests, "this key's " + std::to_string(allowance.limit) +
                                                " requests a minute are used up; wait " +
                                                std::to_string(wait) + " seconds");
}

Result<void> ApiHandler::check_body_head(Request const& request, Exchange const& exchange) const {
  auto const length = request.content_length.value_or(0);
  auto const kind = body_kind(*exchange.route);
  if (kind == BodyKind::none) {
    // Whoever sends one here may not even have a token: nobody's memory is spent on it.
    if (!request.chunked && length <= max_ignored_body_bytes) return {};
    return fail(ErrorCode::payload_too_large, "this request takes no body");
  }
  if (length > max_body_bytes)
    return fail(ErrorCode::payload_too_large,
                "the body is larger than " + std::to_string(max_body_bytes) + " bytes");
  if (!request.chunked && length == 0) return {};
  auto const type = request.header("Content-Type").value_or("");
  if (is_json(type)) return {};
  if (kind == BodyKind::signed_notice) {
    if (is_form(type)) return {};
    return fail(ErrorCode::unsupported_media_type,
                "send a form, with Content-Type: " + std::string(form_type));
  }
  return fail(ErrorCode::unsupported_media_type,
              "send the body as JSON, with Content-Type: application/json");
}

Result<Plan> ApiHandler::plan(Request const& request, Exchange& exchange) {
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

/// A read on its way: answers 304 where the client has the same already.
class ApiHandler::ReadRequest final : public ReadJob {
 public:
  ReadRequest(ApiHandler const& api, Request const& request, Exchange const& exchange, ReadWork work,
              Reply reply)
      : api_(api), exchange_(exchange), work_(std::move(work)), reply_(std::move(reply)) {
    if (auto const known = request.header("If-None-Match")) if_none_match_ = std::string(*known);
  }
  void run(Transaction const& tx) override { outcome_ = work_(tx); }
  void done(std::optional<Error> error) override {
    if (error) outcome_ = fail(std::move(*error));
    reply_(api_.respond(exchange_, rendered()));
  }

 private:
  Rendered rendered() const {
    auto rendered = render(outcome_, exchange_.request_id);
    if (if_none_match_.empty() || !outcome_ || outcome_->tag != Answer::Tag::entity) return rendered;
    auto const tag = entity_tag(outcome_->body);
    if (!names_tag(if_none_match_, tag, TagComparison::weak)) return rendered;
    return {304, "ETag: " + tag + "\r\n", {}};
  }

  ApiHandler const& api_;
  Exchange const& exchange_;  // lives until the reply was made
  ReadWork work_;
  Reply reply_;
  std::string if_none_match_;
  Result<Answer> outcome_;
};

/// A write on its way. May run more than once; answers once it is durable.
class ApiHandler::WriteRequest final : public WriteJob {
 public:
  /// second: what a carrier's write ends with.
  enum class Half { whole, second };
  WriteRequest(ApiHandler& api, Exchange const& exchange, WriteWork work,
               std::optional<IdempotentRequest> idempotent, Reply reply, Half half = Half::whole)
      : api_(api),
        exchange_(exchange),
        work_(std::move(work)),
        idempotent_(std::move(idempotent)),
        reply_(std::move(reply)),
        half_(half) {}
  static Context context_of(ApiHandler& api, Exchange const& exchange) {
    return {exchange.principal->account,
            exchange.principal->use->id.value,
            exchange.request_id,
            exchange.now,
            api.deps_.ids,
            api.deps_.secrets,
            api.deps_.policies};
  }
  void run(Transaction& tx) override {
    auto context = context_of(api_, exchange_);
    if (half_ == Half::whole) {
      rendered_ = run_idempotently(tx, context, idempotent_, work_);
    } else {
      context.now = api_.deps_.clock.now();
      rendered_ = end_idempotently(tx, context, idempotent_, work_);
    }
  }
  void done(std::optional<Error> error) override {
    if (idempotent_) api_.running_keys_.release(idempotent_->slot);
    if (error) rendered_ = render(fail(std::move(*error)), exchange_.request_id);
    reply_(api_.respond(exchange_, std::move(rendered_)));
  }

 private:
  ApiHandler& api_;
  Exchange const& exchange_;  // lives until the reply was made
  WriteWork work_;
  std::optional<IdempotentRequest> idempotent_;
  Reply reply_;
  Half half_;
  Rendered rendered_;
};

/// A carrier's write on its way: begins, waits, and ends in a write of its own.
class ApiHandler::CarrierRequest final : public WriteJob {
 public:
  CarrierRequest(ApiHandler& api, Exchange const& exchange, CarrierWrite write,
                 std::optional<IdempotentRequest> idempotent, Reply reply)
      : api_(api),
        exchange_(exchange),
        write_(std::move(write)),
        idempotent_(std::move(idempotent)),
        reply_(std::move(reply)) {}
  void run(Transaction& tx) override {
    wait_for_.reset();
    WriteWork begin = [this](Transaction& books, Context const& ctx) -> Result<Answer> {
      auto begun = write_.begin(books, ctx);
      if (!begun) return fail(std::move(begun.error()));
      wait_for_ = std::move(begun->wait_for);
      return std::move(begun->answer);
    };
    rendered_ = run_idempotently(tx, WriteRequest::context_of(api_, exchange_), idempotent_, begin);
  }
  void done(std::optional<Error> error) override {
    if (error) rendered_ = render(fail(std::move(*error)), exchange_.request_id);
    if (error || !wait_for_) {
      if (idempotent_) api_.running_keys_.release(idempotent_->slot);
      return reply_(api_.respond(exchange_, std::move(rendered_)));
    }
    auto const account = exchange_.principal->account;
    auto const line = *wait_for_;
    WriteWork end = [end = std::move(write_.end), line](Transaction& tx, Context const& ctx) {
      return end(tx, ctx, line);
    };
    auto last = std::make_unique<WriteRequest>(api_, exchange_, std::move(end), std::move(idempotent_),
                                               std::move(reply_), WriteRequest::Half::second);
    api_.deps_.carrier_progress.await(account, line, [&api = api_, last = std::move(last)]() mutable {
      api.deps_.store.write(std::move(last));
    });
  }

 private:
  ApiHandler& api_;
  Exchange const& exchange_;  // lives until the reply was made
  CarrierWrite write_;
  std::optional<IdempotentRequest> idempotent_;
  Reply reply_;
  std::optional<LineId> wait_for_;
  Rendered rendered_;
};

/// The request's Idempotency-Key, if it has one, claimed. Nothing: it was refused, and is answered.
std::optional<std::optional<IdempotentRequest>> ApiHandler::claim_key(Request const& request,
                                                                      Exchange const& exchange,
                                                                      Reply& reply) {
  auto idempotent = idempotent_request(request, *exchange.principal, *exchange.route, deps_.secrets);
  if (!idempotent) {
    reply(fail_with(exchange, idempotent.error()));
    return std::nullopt;
  }
  if (*idempotent && !running_keys_.claim((*idempotent)->slot)) {
    reply(fail_with(exchange, {ErrorCode::idempotency_in_progress,
                               "a request with this Idempotency-Key is still running; retry in a moment"}));
    return std::nullopt;
  }
  return std::move(*idempotent);
}

void ApiHandler::run(Request const& request, Exchange& exchange, Write write, Reply reply) {
  if (auto idempotent = claim_key(request, exchange, reply))
    deps_.store.write(std::make_unique<WriteRequest>(*this, exchange, std::move(write.work),
                                                     std::move(*idempotent), std::move(reply)));
}

void ApiHandler::run(Request const& request, Exchange& exchange, CarrierWrite write, Reply reply) {
  if (auto idempotent = claim_key(request, exchange, reply))
    deps_.store.write(std::make_unique<CarrierRequest>(*this, exchange, std::move(write),
                                                       std::move(*idempotent), std::move(reply)));
}

void ApiHandler::handle(Request const& request, Attachment* attachment, Reply reply) {
  auto& exchange = static_cast<Exchange&>(*attachment);
  auto planned = plan(request, exchange);
  if (!planned) return reply(fail_with(exchange, planned.error()));
  if (auto* answer = std::get_if<Answer>(&*planned)) {
    reply(respond(exchange, render(std::move(*answer), exchange.request_id)));
  } else if (auto* read = std::get_if<Read>(&*planned)) {
    deps_.store.read(read->cost, std::make_unique<ReadRequest>(*this, request, exchange,
                                                               std::move(read->work), std::move(reply)));
  } else if (auto* write = std::get_if<Write>(&*planned)) {
    run(request, exchange, std::move(*write), std::move(reply));
  } else if (auto* carrier_write = std::get_if<CarrierWrite>(&*planned)) {
    run(request, exchange, std::move(*carrier_write), std::move(reply));
  } else {
    std::get<Later>(*planned).start(
        [this, &exchange, reply = std::move(reply)](Result<Answer> outcome) mutable {
          reply(respond(exchange, render(outcome, exchange.request_id)));
        });
  }
}

Response ApiHandler::respond(Exchange const& exchange, Rendered rendered) const {
  Response response{
      .status = rendered.status, .head = std::move(rendered.head), .body = std::move(rendered.body)};
  response.head.append("X-Request-Id: ").append(exchange.request_id).append("\r\n");
  response.head += exchange.rate_limit_head;
  return response;
}

Response ApiHandler::fail_with(Exchange const& exchange, Error const& error) const {
  auto response = respond(exchange, render(fail(error), exchange.request_id));
  response.head += exchange.refusal_head;
  return response;
}

Response ApiHandler::refuse(Request const& request, std::unique_ptr<Attachment>& attachment,
                            Error const& error) {
  // What is refused before it was admitted is logged by its id all the same.
  if (!attachment) attachment = begin(request);
  return fail_with(static_cast<Exchange const&>(*attachment), error);
}

void ApiHandler::answered(Request const& request, Attachment* attachment, int status, std::size_t bytes,
                          std::chrono::steady_clock::duration took) {
  auto const* exchange = static_cast<Exchange const*>(attachment);
  metrics_.count(exchange ? exchange->route_index : metrics_.unmatched(), status, took);
  auto const us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  auto const route = exchange && exchange->route ? exchange->route->pattern : std::string_view("unmatched");
  auto const& principal = exchange ? exchange->principal : std::nullopt;
  if (logs_requests()) {
    auto const client = request.client.to_string();
    log_request({.request_id = exchange ? std::string_view(exchange->request_id) : std::string_view(),
                 .trace_id = exchange ? std::string_view(exchange->trace_id) : std::string_view(),
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
