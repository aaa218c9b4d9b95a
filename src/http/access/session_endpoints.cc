// /session: a browser's cookie in the place of an API key. (Spec: POST /session; docs/adr/0018)
#include "app/access/sessions.h"
#include "http/access/routes.h"
#include "http/access/sign_in_attempts.h"
#include "http/codec/json_writer.h"
#include "http/codec/object_reader.h"
#include "http/serving/session_cookie.h"

namespace linebook::http {
namespace {

// It tells the token that writes are made with.
constexpr std::string_view not_to_be_kept = "Cache-Control: no-store\r\n";

/// Members "account" and "key".
void write_whose(JsonWriter& json, Account const& account, ApiKey const& key) {
  json.key("account").begin_object();
  json.key("id").string(std::to_string(account.id.value)).key("name").string(account.name);
  json.end_object().key("key").begin_object();
  json.key("id").string(key.id.value).key("name").string(key.name).key("scopes").begin_array();
  for (auto const scope : all_scopes)
    if (key.scopes.has(scope)) json.string(to_string(scope));
  json.end_array().end_object();
}

std::string session_json(SessionView const& view, std::string_view csrf_token, bool is_demo) {
  JsonWriter json;
  json.begin_object();
  write_whose(json, view.account, view.key);
  json.key("csrf_token").string(csrf_token).key("expires_at").time(view.session.expires_at);
  json.key("demo").boolean(is_demo).end_object();
  return std::move(json).take();
}

/// The one text field of the body, whatever it says: what is wrong with a token is not told in detail.
Result<std::string> read_token(Call& call, std::string_view field) {
  Problems problems;
  ObjectReader reader(call.body, problems);
  auto token = reader.required_text(
      field, [](std::string_view text) -> Parsed<std::string> { return std::string(text); });
  reader.refuse_unknown();
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  return std::move(*token);
}

bool is_demo(Environment const& env) { return env.simulated_phones != nullptr; }

/// The token in the body of somebody who is not signed in and has an attempt left.
Result<std::string> begin_attempt(Call& call, std::string_view field) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  if (auto ok = check_site(call.request); !ok) return fail(std::move(ok.error()));
  auto token = read_token(call, field);
  if (!token) return fail(std::move(token.error()));
  if (auto ok = call.env.sign_in_attempts.begin(call.request.client, SignInAttempts::Clock::now()); !ok)
    return fail(std::move(ok.error()));
  return token;
}

using Enter = Result<NewSession> (*)(Transaction&, Context const&, std::string_view token,
                                     std::string_view from);

Result<Plan> entering(Call& call, std::string_view field, Enter enter) {
  auto token = begin_attempt(call, field);
  if (!token) return fail(std::move(token.error()));
  // The request lives until it was answered.
  return Write{[&request = call.request, &env = call.env, enter, token = std::move(*token),
                is_first_run = true](Transaction& tx, Context const& ctx) mutable -> Result<Answer> {
    auto made = enter(tx, ctx, token, request.client.to_string());
    if (!made) return fail(std::move(made.error()));
    leave_session(tx, ctx, session_token(request));
    if (std::exchange(is_first_run, false)) env.sign_in_attempts.succeeded(request.client);
    auto const lifetime =
        std::chrono::duration_cast<std::chrono::seconds>(made->view.session.expires_at - ctx.now);
    return Answer{.status = 201,
                  .body = session_json(made->view, csrf_token_of(ctx.secrets, made->token), is_demo(env)),
                  .head = set_session_cookie(request, made->token, lifetime) + std::string(not_to_be_kept)};
  }};
}

Result<Plan> post_session(Call& call) { return entering(call, "key", sign_in); }
Result<Plan> post_session_link(Call& call) { return entering(call, "token", sign_in_by_link); }

/// A link may be looked at before it is used: whoever is signed in already should know whose place it takes.
Result<Plan> post_session_link_look(Call& call) {
  auto token = begin_attempt(call, "token");
  if (!token) return fail(std::move(token.error()));
  return Write{[&request = call.request, &attempts = call.env.sign_in_attempts, token = std::move(*token),
                is_first_run = true](Transaction& tx, Context const& ctx) mutable -> Result<Answer> {
    auto const found = find_sign_in_link(tx, ctx, token);
    if (!found) return fail(found.error());
    if (std::exchange(is_first_run, false)) attempts.succeeded(request.client);
    JsonWriter json;
    json.begin_object();
    write_whose(json, found->account, found->key);
    json.key("expires_at").time(found->link.expires_at).end_object();
    return Answer{.body = std::move(json).take(), .head = std::string(not_to_be_kept)};
  }};
}

Result<Plan> get_session(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded,
              [id = *call.principal->session, demo = is_demo(call.env),
               csrf = csrf_token_of(call.env.secrets, session_token(call.request))](
                  Transaction const& tx) -> Result<Answer> {
                auto const view = find_session(tx, id);
                if (!view) return fail(ErrorCode::unauthorized, "this session is over: sign in again");
                return Answer{.body = session_json(*view, csrf, demo), .head = std::string(not_to_be_kept)};
              }};
}

Answer signed_out(Request const& request, std::int64_t ended) {
  JsonWriter json;
  json.begin_object().key("signed_out").boolean(true).key("sessions_ended").number(ended).end_object();
  return {.body = std::move(json).take(),
          .head = clear_session_cookie(request) + std::string(not_to_be_kept)};
}

Result<Plan> delete_session(Call& call) {
  auto const everywhere = call.query.boolean("everywhere").value_or(false);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[&request = call.request, everywhere, id = *call.principal->session](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    if (!everywhere) {
      if (auto ok = sign_out(tx, ctx, id); !ok) return fail(std::move(ok.error()));
      return signed_out(request, 1);
    }
    auto const ended = sign_out_everywhere(tx, ctx, {ctx.actor});
    if (!ended) return fail(ended.error());
    return signed_out(request, *ended);
  }};
}

}  // namespace

std::vector<Route> session_routes() {
  constexpr auto of_the_cookie = Caller::signed_in;
  return {{Method::post, "/session", std::nullopt, post_session},
          {Method::get, "/session", std::nullopt, get_session, RateLimit::counted, std::nullopt, Head::as_get,
           of_the_cookie},
          {Method::del, "/session", std::nullopt, delete_session, RateLimit::counted, std::nullopt,
           Head::as_get, of_the_cookie},
          {Method::post, "/session/link", std::nullopt, post_session_link},
          {Method::post, "/session/link/look", std::nullopt, post_session_link_look}};
}

}  // namespace linebook::http
