// What needs no token: is the service alive, is it ready, and what can it do?
#include "http/codec/json_writer.h"
#include "http/operation/documents.h"
#include "http/operation/routes.h"
#include "http/serving/endpoint.h"

namespace linebook::http {
namespace {

/// Alive: this process answers. Says nothing about the store.
Result<Plan> get_health(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto const version = call.env.reach.zones.version();
  JsonWriter json;
  json.begin_object().key("status").string("ok").key("detail").begin_object().key("tz_database");
  version.empty() ? json.null() : json.string(version);
  json.end_object().end_object();
  return Answer{.body = std::move(json).take()};
}

void write_safekeeping(JsonWriter& json, Safekeeping const& safekeeping, Instant now) {
  if (auto const backups = safekeeping.backups()) {
    json.key("backups").begin_object().key("age_seconds");
    backups->last ? json.number((now - *backups->last).count() / 1000) : json.null();
    json.key("failing").boolean(backups->trouble.has_value()).end_object();
  }
  if (auto const replica = safekeeping.replica()) {
    json.key("replica").begin_object().key("sync").boolean(replica->is_sync);
    json.key("lag_seconds").number(replica->lag_milliseconds / 1000);
    json.key("failing").boolean(replica->trouble.has_value()).end_object();
  }
}

std::string readiness_json(DatabaseServer const* database, Safekeeping const& safekeeping, Instant now) {
  JsonWriter json;
  json.begin_object().key("status").string("ready");
  if (database != nullptr) {
    auto const report = database->report();
    json.key("database").begin_object().key("primary").string("reachable");
    json.key("schema_version").number(report.schema_version);
    json.key("connections").begin_object().key("in_use").number(report.connections_in_use);
    json.key("limit").number(report.connections).end_object().end_object();
  }
  write_safekeeping(json, safekeeping, now);
  json.end_object();
  return std::move(json).take();
}

/// Ready: reads and writes work.
Result<Plan> get_readiness(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto const* database = call.env.database;
  // What exactly is wrong is the operator's to read, in the log.
  if (call.env.store.trouble())
    return fail(ErrorCode::unavailable,
                database == nullptr ? "not ready: writing fails" : "not ready: no primary can be reached");
  return Answer{.body = readiness_json(database, call.env.safekeeping, call.now)};
}

Result<Plan> get_openapi(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Answer{.body = std::string(openapi_document())};
}

// The page of documents has the console's origin, and its cookie with it: like the console it runs nothing
// but what comes from here, and in nobody's frame. Its bundle styles elements in place.
constexpr std::string_view protection =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Frame-Options: DENY\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

Result<Plan> document(Call& call, std::string_view name) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto const found = find_document(name);
  if (!found) return fail(not_found("document"));
  return Answer{.body = std::string(found->content),
                .content_type = found->content_type,
                .head = std::string(protection)};
}

Result<Plan> get_docs(Call& call) { return document(call, "index.html"); }
Result<Plan> get_docs_file(Call& call) { return document(call, call.parameter()); }

}  // namespace

std::vector<Route> operation_routes() {
  return {
      {Method::get, "/healthz", std::nullopt, get_health},
      {Method::get, "/readyz", std::nullopt, get_readiness},
      {Method::get, "/openapi.json", std::nullopt, get_openapi},
      {Method::get, "/docs", std::nullopt, get_docs},
      {Method::get, "/docs/{file}", std::nullopt, get_docs_file},
  };
}

}  // namespace linebook::http
