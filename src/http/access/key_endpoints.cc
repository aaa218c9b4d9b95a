// /keys: an account's keys, made and revoked by its own admin. (Spec: POST /keys)
#include <algorithm>

#include "app/access/own_keys.h"
#include "http/access/routes.h"
#include "http/codec/field_parsers.h"
#include "http/codec/object_reader.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

/// An account that is suspended has nobody to ask.
std::string_view status_of_key(ApiKey const& key, Instant now) {
  if (key.revoked_at) return "revoked";
  return key.expires_at && *key.expires_at <= now ? "expired" : "active";
}

void write_key_fields(JsonWriter& json, ApiKey const& key, Instant now) {
  json.key("id").string(key.id.value).key("name").string(key.name).key("scopes").begin_array();
  for (auto const scope : all_scopes)
    if (key.scopes.names(scope)) json.string(to_string(scope));
  json.end_array().key("rate_limit").number(key.rate_limit).key("status").string(status_of_key(key, now));
  json.key("created_at").time(key.created_at).key("expires_at").time(key.expires_at);
  json.key("revoked_at").time(key.revoked_at).key("last_used_at").time(key.last_used_at);
}

std::string key_json(ApiKey const& key, Instant now) {
  JsonWriter json;
  write_key_fields(json.begin_object(), key, now);
  json.end_object();
  return std::move(json).take();
}

/// The token is told by the answer that makes it alone.
std::string made_key_json(ApiKey const& key, Instant now, std::optional<std::string> const& token) {
  JsonWriter json;
  write_key_fields(json.begin_object(), key, now);
  json.key("token").string_or_null(token).end_object();
  return std::move(json).take();
}

Parsed<std::string> key_name(std::string_view text) {
  auto name = label(text);
  if (name && (name->front() == ' ' || name->back() == ' '))
    return complain("must have no white space at either end");
  return name;
}

Parsed<Scope> scope(std::string_view text) {
  auto const known = parse_scope(text);
  if (!known) return complain("must be a scope such as contacts:read");
  return *known;
}

Result<Plan> post_key(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  CreateOwnKey command;
  ObjectReader reader(call.body, command.problems);
  command.name = reader.required_text("name", key_name).value_or("");
  auto const scopes = text_list(reader, "scopes", all_scopes.size(), scope);
  if (!reader.has("scopes")) reader.problem("scopes", "is required: a list such as [\"contacts:read\"]");
  if (scopes)
    for (auto const named : *scopes) command.scopes.add(named);
  command.rate_limit = reader.integer("rate_limit", 0, max_rate_limit);
  command.expires_at = reader.text("expires_at", instant);
  reader.refuse_unknown();
  return Write{[command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto made = create_own_key(tx, ctx, command);
    if (!made) return fail(std::move(made.error()));
    return Answer{.status = 201,
                  .body = made_key_json(made->key, ctx.now, made->token),
                  .location = "/keys/" + made->key.id.value,
                  .body_for_repeats = made_key_json(made->key, ctx.now, std::nullopt),
                  .head = "Cache-Control: no-store\r\n"};
  }};
}

Result<Plan> list_keys(Call& call) {
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return Read{ReadCost::bounded,
              [account = call.account(), page = std::move(*page), now = call.now,
               &env = call.env](Transaction const& tx) -> Result<Answer> {
                auto keys = tx.accounts().keys_of(account, keyset_from(page.cursor), page.size + 1);
                return keyset_page_answer(
                    "keys", std::move(keys), page,
                    [now](JsonWriter& json, ApiKey const& key) {
                      write_key_fields(json.begin_object(), key, now);
                      json.end_object();
                    },
                    [](ApiKey const& key) { return to_cursor(key.created_at, key.id.value); }, env, account,
                    now);
              }};
}

Result<Plan> get_key(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded,
              [account = call.account(), id = KeyId{call.parameter()},
               now = call.now](Transaction const& tx) -> Result<Answer> {
                auto const key = find_own_key(tx, account, id);
                if (!key) return fail(key.error());
                return Answer{.body = key_json(*key, now)};
              }};
}

Result<Plan> delete_key(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = KeyId{call.parameter()}](Transaction& tx, Context const& ctx) -> Result<Answer> {
    if (auto revoked = revoke_own_key(tx, ctx, id); !revoked) return fail(std::move(revoked.error()));
    return deleted(id.value, "API key revoked");
  }};
}

}  // namespace

std::vector<Route> key_routes() {
  return {{Method::post, "/keys", Scope::admin, post_key},
          {Method::get, "/keys", Scope::admin, list_keys},
          {Method::get, "/keys/{key_id}", Scope::admin, get_key},
          {Method::del, "/keys/{key_id}", Scope::admin, delete_key}};
}

}  // namespace linebook::http
