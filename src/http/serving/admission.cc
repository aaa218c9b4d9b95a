#include "http/serving/admission.h"

#include <algorithm>
#include <string>
#include <utility>

#include "http/serving/session_cookie.h"

namespace linebook::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view bytes_type = "application/octet-stream";

bool is_of_type(std::string_view content_type, std::string_view wanted) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return equal_without_case(type, wanted);
}

/// "application/json", with any parameters: JSON is UTF-8 whatever they say.
bool is_json(std::string_view content_type) { return is_of_type(content_type, "application/json"); }
bool is_form(std::string_view content_type) { return is_of_type(content_type, form_type); }

/// "gzip", "identity, gzip": somebody packed the body. Nothing here unpacks what strangers send.
bool is_encoded(Request const& request) {
  for (auto const& [name, value] : request.headers) {
    if (!equal_without_case(name, "Content-Encoding")) continue;
    std::string_view codings = value;
    while (!codings.empty()) {
      auto coding = codings.substr(0, codings.find(','));
      codings.remove_prefix(std::min(coding.size() + 1, codings.size()));
      while (coding.starts_with(' ') || coding.starts_with('\t')) coding.remove_prefix(1);
      while (coding.ends_with(' ') || coding.ends_with('\t')) coding.remove_suffix(1);
      if (!coding.empty() && !equal_without_case(coding, "identity")) return true;
    }
  }
  return false;
}

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

std::string lines_of(Allowance const& allowance) {
  std::string head;
  head.reserve(96);
  head.append("X-RateLimit-Limit: ").append(std::to_string(allowance.limit));
  head.append("\r\nX-RateLimit-Remaining: ").append(std::to_string(allowance.remaining));
  head.append("\r\nX-RateLimit-Reset: ").append(std::to_string(allowance.reset_seconds)).append("\r\n");
  return head;
}

Error used_up(ApiExchange& exchange, Allowance const& allowance, std::string_view whose) {
  exchange.rate_limit_head = lines_of(allowance);
  auto const wait =
      std::to_string(std::max<std::int64_t>(1, allowance.reset_seconds - exchange.now.seconds()));
  exchange.refusal_head = "Retry-After: " + wait + "\r\n";
  return {ErrorCode::too_many_requests,
          "this " + std::string(whose) + "'s " + std::to_string(allowance.limit) +
              " requests a minute are used up; wait " + wait + " seconds",
          {}};
}

/// What a request shows of whom it comes from. A bearer goes before a cookie that happens to come along.
struct Shown {
  std::string_view token;
  TokenKind kind;
};

Shown shown_by(Request const& request) {
  if (auto const token = bearer_token(request); !token.empty()) return {token, TokenKind::api_key};
  return {session_token(request), TokenKind::session};
}

Error not_let_in(Shown const& shown) {
  if (shown.kind == TokenKind::session && !shown.token.empty())
    return {ErrorCode::unauthorized, "this session is over: sign in again", {}};
  return {ErrorCode::unauthorized,
          shown.token.empty() ? "a bearer token is required: send Authorization: Bearer <token>"
                              : "this token is unknown, revoked or expired",
          {}};
}

Result<void> check_scope(ApiExchange const& exchange) {
  if (!exchange.route->scope) return {};
  auto const wanted = *exchange.route->scope;
  if (exchange.principal->scopes.has(wanted)) return {};
  return fail(ErrorCode::forbidden, "this key lacks the scope " + std::string(to_string(wanted)));
}

/// Others' pages cannot read what they have a browser fetch with the cookie; but a read may write down that
/// it was made, take a listener's place, or cost something.
Result<void> check_session(Request const& request, ApiExchange const& exchange, Secrets const& secrets) {
  if (!exchange.principal->session) return {};
  if (exchange.route->method == Method::get) return check_site(request);
  return check_csrf(request, secrets, session_token(request));
}

Result<void> check_body_head(Request const& request, ApiExchange& exchange) {
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
  if (is_encoded(request)) {
    exchange.refusal_head = "Accept-Encoding: identity\r\n";  // RFC 9110, section 12.5.3
    return fail(ErrorCode::unsupported_media_type, "send the body as it is, without Content-Encoding");
  }
  auto const type = request.header("Content-Type").value_or("");
  if (kind == BodyKind::bytes) {
    if (is_of_type(type, bytes_type)) return {};
    return fail(ErrorCode::unsupported_media_type,
                "send the bytes as they are, with Content-Type: " + std::string(bytes_type));
  }
  if (is_json(type)) return {};
  if (kind == BodyKind::signed_notice) {
    if (is_form(type)) return {};
    return fail(ErrorCode::unsupported_media_type,
                "send a form, with Content-Type: " + std::string(form_type));
  }
  return fail(ErrorCode::unsupported_media_type,
              "send the body as JSON, with Content-Type: application/json");
}

}  // namespace

Result<Admission::Verdict> Admission::check(Request const& request, ApiExchange& exchange,
                                            Postponement& postponement) {
  if (auto ok = find_route(request, exchange); !ok) return fail(std::move(ok.error()));
  if (exchange.route->scope || exchange.route->caller == Caller::signed_in) {
    if (auto verdict = check_caller(request, exchange, postponement);
        !verdict || *verdict != Verdict::goes_on)
      return verdict;
    if (auto verdict = spend_allowances(exchange, postponement); !verdict || *verdict != Verdict::goes_on)
      return verdict;
    if (auto ok = check_scope(exchange); !ok) return fail(std::move(ok.error()));
    if (auto ok = check_session(request, exchange, secrets_); !ok) return fail(std::move(ok.error()));
  }
  if (auto ok = check_body_head(request, exchange); !ok) return fail(std::move(ok.error()));
  return Verdict::goes_on;
}

Result<void> Admission::find_route(Request const& request, ApiExchange& exchange) const {
  auto match = router_.match(request.path);
  if (!match) return fail(ErrorCode::not_found, "there is nothing at this path; see /openapi.json");
  auto const method = parse_method(request.method);
  exchange.route = method ? match->route(*method) : nullptr;
  if (exchange.route != nullptr && request.method == "HEAD" && exchange.route->head == Head::refused)
    exchange.route = nullptr;
  if (exchange.route == nullptr) {
    auto const allow = match->allow();
    exchange.refusal_head = "Allow: " + allow + "\r\n";
    return fail(ErrorCode::method_not_allowed, "this path takes " + allow);
  }
  exchange.path_parameters = std::move(match->parameters);
  return {};
}

Result<Admission::Verdict> Admission::check_caller(Request const& request, ApiExchange& exchange,
                                                   Postponement& postponement) {
  auto const shown = shown_by(request);
  bool const may_be = exchange.route->scope || shown.kind == TokenKind::session;
  if (!may_be)
    return fail(ErrorCode::unauthorized,
                "this is about the session of a cookie; requests with a bearer token have none");
  if (!is_token(shown.token, shown.kind)) return fail(not_let_in(shown));
  auto verdict = find_principal(keys_.hash_of(shown.token), request, exchange, postponement);
  if (verdict && *verdict == Verdict::goes_on && !exchange.principal) return fail(not_let_in(shown));
  return verdict;
}

/// The key's minute, then its account's. What was taken before the request was put off is not taken again.
Result<Admission::Verdict> Admission::spend_allowances(ApiExchange& exchange, Postponement& postponement) {
  auto const& principal = *exchange.principal;
  if (exchange.route->rate_limit == RateLimit::exempt) return Verdict::goes_on;
  if (principal.rate_limit != 0) {
    if (!exchange.key_allowance) exchange.key_allowance = spend(principal, exchange.now);
    if (!exchange.key_allowance->granted) return fail(used_up(exchange, *exchange.key_allowance, "key"));
  }
  if (principal.account_rate_limit != 0) {
    if (!exchange.account_allowance) {
      auto at_once = accounts_.spend(
          principal.use_of_account, principal.account_rate_limit, exchange.now, [&exchange, &postponement] {
            return AccountUse::Told([&exchange, recall = postponement.postpone()](Allowance told) mutable {
              exchange.account_allowance = told;
              recall();
            });
          });
      if (!at_once) return Verdict::postponed;
      exchange.account_allowance = at_once;
    }
    auto const& allowance = *exchange.account_allowance;
    if (!allowance.granted) return fail(used_up(exchange, allowance, "account"));
  }
  auto const* tighter = exchange.key_allowance ? &*exchange.key_allowance : nullptr;
  if (auto const& of_account = exchange.account_allowance;
      of_account && (tighter == nullptr || of_account->remaining < tighter->remaining))
    tighter = &*of_account;
  if (tighter != nullptr) exchange.rate_limit_head = lines_of(*tighter);
  return Verdict::goes_on;
}

Result<Admission::Verdict> Admission::find_principal(Mac const& hash, Request const& request,
                                                     ApiExchange& exchange, Postponement& postponement) {
  auto found = std::exchange(exchange.looked_up, std::nullopt);
  if (!found) found = keys_.find(hash, exchange.now);
  if (!found) {
    look_up(hash, request, exchange, postponement.postpone());
    return Verdict::postponed;
  }
  if (!*found) return fail(std::move(found->error()));
  exchange.principal = std::move(**found);
  return Verdict::goes_on;
}

void Admission::look_up(Mac const& hash, Request const& request, ApiExchange& exchange, Recall recall) {
  keys_.look_up(hash, request.client, exchange.now,
                [&exchange, recall = std::move(recall)](KeyDirectory::Found found) mutable {
                  exchange.looked_up = std::move(found);
                  recall();
                });
}

}  // namespace linebook::http
