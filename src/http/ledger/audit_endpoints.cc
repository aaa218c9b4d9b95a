// GET /audit and GET /requests: what was changed, and who called.
#include <algorithm>
#include <cstdint>
#include <limits>

#include "http/codec/field_parsers.h"
#include "http/ledger/history.h"
#include "http/ledger/routes.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Parsed<std::string> route_pattern(std::string_view text) {
  static constexpr std::size_t most = 256;
  bool const is_path = text.starts_with('/') && text.size() <= most &&
                       std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
  if (!is_path) return std::unexpected(std::string("must be a path as in /phone_numbers/{id}"));
  return std::string(text);
}

Parsed<std::string> method_name(std::string_view text) {
  static constexpr std::size_t most = 16;
  bool const is_name =
      text.size() <= most && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!is_name) return std::unexpected(std::string("must be a method in capitals, such as POST"));
  return std::string(text);
}

Result<Plan> get_audit(Call& call) {
  LedgerFilter filter;
  filter.entity = call.query.parsed("entity", [](std::string_view text) -> Parsed<Entity> {
    auto entity = parse_entity(text);
    if (!entity)
      return std::unexpected(
          std::string("must be one of account, api_key, ai_agent, line, pool_number, patient, doctor, "
                      "contact_number, call, message, dial_list, consent, suppression, contact_policy, "
                      "calling_hours, webhook, fhir_source, session, import"));
    return *entity;
  });
  filter.entity_id = call.query.parsed("entity_id", entity_id);
  filter.action = call.query.parsed("action", [](std::string_view text) -> Parsed<Action> {
    auto action = parse_action(text);
    if (!action)
      return std::unexpected(
          std::string("must be one of created, updated, deleted, revoked, suspended, released, withdrawn, "
                      "disabled, finished"));
    return *action;
  });
  filter.actor = call.query.parsed("actor", chosen_id);
  filter.since = call.query.time("since");
  filter.until = call.query.time("until");
  auto const before = call.query.integer(
      "before", 1, std::numeric_limits<std::int64_t>::max() - 1);  // which a token goes on from
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  bool const looks_far = filter.entity || filter.action || filter.actor;
  return Read{looks_far ? ReadCost::unbounded : ReadCost::bounded,
              [account = call.account(), filter = std::move(filter), before, page = std::move(*page),
               now = call.now, &env = call.env](Transaction const& tx) -> Result<Answer> {
                auto const from = page.cursor ? sequence_from(page.cursor) : before;
                auto found = tx.ledger().newest(account, filter, from, page.size);
                return ledger_answer(found, env, account, page, now);
              }};
}

Answer requests_answer(RequestPage const& found, Environment const& env, AccountId account,
                       TokenPage const& page, Instant now) {
  JsonWriter json;
  json.begin_object().key("requests").begin_array();
  for (auto const& r : found.records) {
    json.begin_object().key("id").string(r.request_id).key("time").time(r.at).key("method").string(r.method);
    json.key("route")
        .string(r.route)
        .key("status")
        .number(r.status)
        .key("duration_us")
        .number(r.duration_microseconds);
    json.key("key").string(r.key_id).key("user_agent");
    r.user_agent.empty() ? json.null() : json.string(r.user_agent);
    json.end_object();
  }
  json.end_array().key("next_page_token");
  if (found.next_before)
    json.string(next_token(env, account, page, std::to_string(*found.next_before), now));
  else
    json.null();
  json.end_object();
  return {.body = std::move(json).take()};
}

Result<Plan> get_requests(Call& call) {
  RequestFilter filter;
  filter.route = call.query.parsed("route", route_pattern);
  filter.method = call.query.parsed("method", method_name);
  if (auto status = call.query.integer("status", 100, 599)) filter.status = static_cast<int>(*status);
  filter.key_id = call.query.parsed("key", chosen_id);
  filter.since = call.query.time("since");
  filter.until = call.query.time("until");
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return Later{[account = call.account(), filter = std::move(filter), page = std::move(*page), now = call.now,
                &env = call.env](Respond respond) mutable {
    auto const before = sequence_from(page.cursor);
    env.history.newest(
        account, std::move(filter), before, page.size,
        [page, account, now, &env, respond = std::move(respond)](Result<RequestPage> found) mutable {
          if (!found)
            respond(fail(std::move(found.error())));
          else
            respond(requests_answer(*found, env, account, page, now));
        });
  }};
}

void write_seal(JsonWriter& json, std::string_view key, SealedRows const& rows, AccountId account) {
  auto const sealed = rows.last_seal(account);
  json.key(key).begin_object().key("last_sequence").number(rows.last_sequence(account));
  json.key("sealed_sequence").number(sealed ? sealed->last_sequence : 0).end_object();
}

Result<Plan> get_seals(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded, [account = call.account()](Transaction const& tx) -> Result<Answer> {
                JsonWriter json;
                json.begin_object();
                write_seal(json, "ledger", tx.ledger(), account);
                write_seal(json, "decisions", tx.decisions(), account);
                json.end_object();
                return Answer{.body = std::move(json).take()};
              }};
}

}  // namespace

std::vector<Route> audit_routes() {
  return {
      {Method::get, "/audit", Scope::audit_read, get_audit},
      {Method::get, "/audit/seals", Scope::audit_read, get_seals},
      {Method::get, "/requests", Scope::audit_read, get_requests},
  };
}

}  // namespace linebook::http
